<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Medical Errors | Relias Academy</title></head>
<body><header><a href="/">Relias Academy</a></header>
<main>
<h1>Medical Errors for Florida Laboratory Professionals</h1>
<p>Course Code: REL-ACU-0-MEFLP</p><p>Hours: 1</p><p>Type: Online Course</p>
<p>Content Expiration Date: 12/31/2026</p>
<p>Price: $15.00</p>
<p>Sources of error before, during and after the test, and root cause analysis.</p>
</main>
<footer>Relias Academy</footer></body></html>
