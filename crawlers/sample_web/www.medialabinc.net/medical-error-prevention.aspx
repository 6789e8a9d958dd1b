<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Medical Error Prevention: Patient Safety | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Medical Error Prevention: Patient Safety (Online Course)</h1>
<p>(based on 1114 customer ratings)</p>
<p><b>Author(s):</b> Aaron Feldkamp, JD, MLS(ASCP)</p>
<p>Where laboratory errors begin, and the root cause analysis that finds the place.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 2.5 hour(s)</li>
<li>Approved through 8/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - Prevention of Medical Errors: 2 hour(s)</li>
<li>Approved through 8/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>List common error types</li>
<li>Carry out a root cause analysis</li>
<li>Design one safeguard</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Scope of the problem</li>
<li>Root cause analysis</li>
<li>Prevention</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
