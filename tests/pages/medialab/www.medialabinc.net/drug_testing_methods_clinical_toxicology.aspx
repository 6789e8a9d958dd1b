<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Drug Testing Methods in the Clinical Toxicology Laboratory | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Drug Testing Methods in the Clinical Toxicology Laboratory (Online Course)</h1>
<p>(based on 125 customer ratings)</p>
<p><b>Author(s):</b> Omar Haddad, PhD, DABCC</p>
<p>Screening and confirmation, half-lives and cut-offs, and why a negative screen is not always negative.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 1.5 hour(s)</li>
<li>Approved through 8/31/2026</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Clinical Chemistry/UA/Toxicology): 1.5 hour(s)</li>
<li>Approved through 8/31/2026</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Compare immunoassay and mass spectrometry</li>
<li>Explain cut-offs</li>
<li>Handle a disputed result</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Screening</li>
<li>Confirmation</li>
<li>Interpretation</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Intermediate</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, laboratory supervisors, and laboratory managers</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
