<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Master of Science in Clinical Laboratory Sciences | University of Massachusetts Lowell</title></head>
<body><header><a href="/">University of Massachusetts Lowell</a></header>
<main>
<h1>Master of Science in Clinical Laboratory Sciences</h1>
<p>Credits Required: minimum of 30 semester hours of graduate level courses</p>
<p>Format: Evening and online classes</p>
<p>Thesis, project or courses alone.</p>
</main>
<footer>University of Massachusetts Lowell</footer></body></html>
