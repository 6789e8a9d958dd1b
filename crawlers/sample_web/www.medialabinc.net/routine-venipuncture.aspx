<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Routine Venipuncture | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Routine Venipuncture (Online Course)</h1>
<p>(based on 958 customer ratings)</p>
<p><b>Author(s):</b> Carmen Ibarra, PBT(ASCP)</p>
<p>The whole draw, from the order to the label, without shortcuts.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1.5 hour(s)</li>
<li>Approved through 9/30/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Specimen Collection): 1.5 hour(s)</li>
<li>Approved through 9/30/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Identify the patient with two identifiers</li>
<li>Follow the order of draw</li>
<li>Prevent hemolysis</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Preparation</li>
<li>Order of draw</li>
<li>The draw</li>
<li>Complications</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
