<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Real-Time PCR | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Real-Time PCR (Online Course)</h1>
<p>(based on 204 customer ratings)</p>
<p><b>Author(s):</b> Ingrid Solberg, MB(ASCP)</p>
<p>Primers, probes, curves and the cycle at which a signal becomes a result.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours: 2 hour(s)</li>
<li>Approved through 10/31/2028</li>
<li>Florida Board of Clinical Laboratory Science CE - General (Molecular Pathology): 2 hour(s)</li>
<li>Approved through 10/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Explain amplification curves</li>
<li>Set a threshold</li>
<li>Detect inhibition</li>
</ul>
<h2>Course Outline</h2>
<ul>
<li>Chemistry</li>
<li>Curves</li>
<li>Controls</li>
<li>Troubleshooting</li>
</ul>
<h2>Additional Information</h2>
<p><b>Level of Instruction:</b> Basic</p>
<p><b>Intended Audience:</b> Medical laboratory scientists, medical laboratory technicians, and students</p>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
