<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>OSHA Bloodborne Pathogens | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>OSHA Bloodborne Pathogens (Online Course)</h1>
<p>(based on 1706 customer ratings)</p>
<p><b>Author(s):</b> Gail Sorensen, MT(ASCP), CIC</p>
<p>The yearly safety course for everyone who handles blood: exposure, prevention, and what to do at once.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1 hour(s)</li>
<li>Approved through 7/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - Supervision/Administration, Quality Control/Quality Assurance, and Safety: 1 hour(s)</li>
<li>Approved through 7/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Apply standard precautions</li>
<li>Use engineering controls</li>
<li>Act after an exposure</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>The standard</li>
<li>Exposure control</li>
<li>Sharps</li>
<li>After an exposure</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
