<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Tracking Antibiotic-Resistant Tuberculosis | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Tracking Antibiotic-Resistant Tuberculosis (Online Course)</h1>
<p>(based on 77 customer ratings)</p>
<p><b>Author(s):</b> Celeste Marchetti, SM(ASCP)</p>
<p>Case histories from three continents and the laboratory work behind them.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1 hour(s)</li>
<li>Approved through 3/31/2025</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Microbiology/Mycology/Parasitology): 1 hour(s)</li>
<li>Approved through 3/31/2025</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Outline how resistance arises</li>
<li>Compare phenotypic and genotypic testing</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>History</li>
<li>Mechanisms</li>
<li>Cases</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic to intermediate</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, microbiologists, supervisors, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
