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
<li><a href="/abo_typing_discrepancies.aspx">ABO Typing Discrepancies</a></li>
<li><a href="/microcytic_anemias.aspx">Microcytic Anemias</a></li>
<li><a href="/red-cell-disorders.aspx">Red Cell Disorders: Peripheral Blood Clues to Nonneoplastic Conditions</a></li>
<li><a href="/cardiac-biomarkers.aspx">Cardiac Biomarkers</a></li>
<li><a href="/drug_testing_methods_clinical_toxicology.aspx">Drug Testing Methods in the Clinical Toxicology Laboratory</a></li>
<li><a href="/cerebrospinal-fluid.aspx">Cerebrospinal Fluid</a></li>
<li><a href="/gram-stained-direct-smears.aspx">Reading and Reporting Gram-stained Direct Smears</a></li>
<li><a href="/tracking_antibiotic_resistant_tuberculosis.aspx">Tracking Antibiotic-Resistant Tuberculosis</a></li>
<li><a href="/malaria-identification.aspx">Malaria</a></li>
<li><a href="/real-time-pcr.aspx">Real-Time PCR</a></li>
<li><a href="/osha-bloodborne-pathogens.aspx">OSHA Bloodborne Pathogens</a></li>
<li><a href="/osha-chemical-hygiene.aspx">OSHA Hazard Communication and Chemical Hygiene</a></li>
<li><a href="/medical-error-prevention.aspx">Medical Error Prevention: Patient Safety</a></li>
<li><a href="/hiv-aids-laboratory.aspx">HIV/AIDS for the Clinical Laboratory</a></li>
<li><a href="/routine-venipuncture.aspx">Routine Venipuncture</a></li>
<li><a href="/course.aspx?courseid=835343">CAP Pro Course - Hematology - White Blood Cells (2026 &amp; 2027)</a></li>
<li><a href="/course.aspx?courseid=835321">CAP Pro Course - Blood Bank - Antibody Screen and Identification (2026 &amp; 2027)</a></li>
<li><a href="/course.aspx?courseid=835362">CAP Pro Course - Phlebotomy - Venipuncture (2026 &amp; 2027)</a></li>
<li><a href="/course.aspx?courseid=835356">CAP Pro Course - Urinalysis - Cerebrospinal Fluid Analysis (2026 &amp; 2027)</a></li>
<li><a href="/course.aspx?courseid=835324">CAP Pro Course - Histology - Immunohistochemistry Part 1 (2026 &amp; 2027)</a></li>
<li><a href="/course.aspx?courseid=690321">CAP Pro Course - Hematology - Common Coagulation Tests (2025 &amp; 2026)</a></li>
<li><a href="/spg90956/introduction.aspx">Introduction (sample page)</a></li>
</ul>
</main>
<aside class="promo"><p>Subscribe your whole laboratory from $19 for each person. <a href="/quote.aspx">Request a quote</a></p></aside>
<footer>MediaLab, Inc. Lawrenceville, Georgia</footer>
</body></html>
