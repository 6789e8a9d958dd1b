<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Cerebrospinal Fluid | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Cerebrospinal Fluid (Online Course)</h1>
<p>(based on 229 customer ratings)</p>
<p><b>Author(s):</b> Priya Raman, MLS(ASCP)</p>
<p>From tube one to the cytospin: counting, staining and recognizing cells that must not be there.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1 hour(s)</li>
<li>Approved through 6/30/2027</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Hematology): 1 hour(s)</li>
<li>Approved through 6/30/2027</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Handle a fluid that is precious</li>
<li>Count manually</li>
<li>Recognize malignant cells</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Collection</li>
<li>Counting</li>
<li>Cytospin</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Intermediate</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, laboratory supervisors, and laboratory managers</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
