<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Courses | MediaLab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/css/site.min.css"><script src="/js/site.min.js" defer></script></head>
<body class="inner">
<header><a class="brand" href="/">MediaLab</a><nav><a href="/courses.aspx">Courses</a> <a href="/compliance.aspx">Compliance &amp; CE</a> <a href="/inspectionproof.aspx">InspectionProof</a> <a href="/lms/student/st_login.aspx">Sign in</a></nav></header>
<main>
<h1>Online courses</h1>
<p>All courses that a laboratory can assign.</p>
<ul>
<li><a href="/drug_testing_methods_clinical_toxicology.aspx">Drug Testing Methods in the Clinical Toxicology Laboratory</a></li>
<li><a href="/course.aspx?courseid=835343">CAP Pro Course - Hematology - White Blood Cells (2026 &amp; 2027)</a></li>
<li><a href="/spg90956/introduction.aspx">Introduction (sample page)</a></li>
</ul>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
