<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>OSHA Hazard Communication and Chemical Hygiene | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>OSHA Hazard Communication and Chemical Hygiene (Online Course)</h1>
<p>(based on 1602 customer ratings)</p>
<p><b>Author(s):</b> Gail Sorensen, MT(ASCP), CIC</p>
<p>Labels, safety data sheets and the plan that hangs on the wall of each laboratory.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1 hour(s)</li>
<li>Approved through 7/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - Supervision/Administration, Quality Control/Quality Assurance, and Safety: 1 hour(s)</li>
<li>Approved through 7/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Read a GHS label</li>
<li>Find a fact in a safety data sheet</li>
<li>Clean up a small spill</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Hazard communication</li>
<li>Labels</li>
<li>Chemical hygiene plan</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
