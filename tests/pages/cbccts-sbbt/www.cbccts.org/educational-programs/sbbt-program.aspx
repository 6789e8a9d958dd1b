<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Specialist in Blood Banking Technology Program | Community Blood Center / Community Tissue Services</title></head>
<body><header><a href="/">Community Blood Center / Community Tissue Services</a></header>
<main>
<h1>Specialist in Blood Banking Technology Program</h1>
<p>Tuition: $3000 (non-refundable; due in full 1st day of class)</p>
<p>Application Deadline December 31st of year prior to start date</p>
<p>Twelve modules on the web and a rotation.</p>
</main>
<footer>Community Blood Center / Community Tissue Services</footer></body></html>
