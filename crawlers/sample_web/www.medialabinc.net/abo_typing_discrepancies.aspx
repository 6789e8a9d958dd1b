<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>ABO Typing Discrepancies | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>ABO Typing Discrepancies (Online Course)</h1>
<p>(based on 401 customer ratings)</p>
<p><b>Author(s):</b> Renee Wilkins-Hale, MS, MLS(ASCP)SBB</p>
<p>Forward and reverse groupings that disagree, worked through from the first tube to the report.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 2 hour(s)</li>
<li>Course number 578-008-26, approved through 8/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Blood Banking / Immunohematology): 2 hour(s)</li>
<li>Course number 578-008-26, approved through 8/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Name the common causes of a missing or extra reaction</li>
<li>Choose the next tube for each pattern</li>
<li>Explain what a discrepancy means for the patient who waits</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Forward and reverse typing</li>
<li>Weak and missing reactions</li>
<li>Unexpected reactions</li>
<li>Case studies</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Intermediate</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, laboratory supervisors, and laboratory managers</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
