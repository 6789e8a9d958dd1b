<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Reading and Reporting Gram-stained Direct Smears | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Reading and Reporting Gram-stained Direct Smears (Online Course)</h1>
<p>(based on 240 customer ratings)</p>
<p><b>Author(s):</b> Celeste Marchetti, SM(ASCP)</p>
<p>What can be told to the physician on the same day, and what had better wait for the culture.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 2 hour(s)</li>
<li>Approved through 9/30/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Microbiology/Mycology/Parasitology): 2 hour(s)</li>
<li>Approved through 9/30/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Judge specimen quality</li>
<li>Quantify organisms and cells</li>
<li>Word a preliminary report</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Specimen quality</li>
<li>Sputum</li>
<li>Wounds</li>
<li>Sterile fluids</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Intermediate</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, laboratory supervisors, and laboratory managers</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
