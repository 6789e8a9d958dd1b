<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Microcytic Anemias | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Microcytic Anemias (Online Course)</h1>
<p>(based on 319 customer ratings)</p>
<p><b>Author(s):</b> Lionel Osei, MLS(ASCP)SH</p>
<p>Iron deficiency, thalassemia trait and anemia of inflammation, told apart with the tests every laboratory has.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1 hour(s)</li>
<li>Approved through 5/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Hematology): 1 hour(s)</li>
<li>Approved through 5/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Read indices and smear together</li>
<li>Order iron studies with purpose</li>
<li>Recognize thalassemia trait</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Iron and heme</li>
<li>Iron deficiency</li>
<li>Thalassemia</li>
<li>Anemia of inflammation</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
