<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Continuing Education Courses for MLS &amp; MLT - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="Choose a course for its facts, objectives and credit." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./mls_mlt_courses.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKbGlzdAZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIbGlzdA" />
<div id="header"><a href="/default.aspx"><img src="/images/labce.gif" alt="LabCE" /></a>
<ul id="mainmenu">
<li><a href="/default.aspx">Home</a></li>
<li><a href="/mls_mlt_courses.aspx">MLS &amp; MLT Courses</a></li>
<li><a href="/histology_ce_courses.aspx">Histology Courses</a></li>
<li><a href="/phlebotomy_ce_continuing_education.aspx">Phlebotomy Courses</a></li>
<li><a href="/ascls.aspx">ASCLS Members</a></li>
<li><a href="/faq.aspx">FAQ</a></li>
<li><a href="https://www.medialabinc.net/lms/student/st_login.aspx?brandid=20">Log In</a></li>
</ul>
</div>
<div id="content">
<h1>Continuing Education Courses for MLS &amp; MLT</h1>
<p>Choose a course for its facts, objectives and credit.</p>
<p class="count">37 courses</p>
<ul class="courselist">
<li><a href="/abo_typing_discrepancies.aspx">ABO Typing Discrepancies</a> - 2 hour(s)</li>
<li><a href="/blood_bank_transfusion_reactions.aspx">Transfusion Reactions</a> - 1.5 hour(s) [<a href="/spg970511_blood_bank_transfusion_reactions.aspx">sample</a>]</li>
<li><a href="/rh_negative_mother_anti_d.aspx">Rh-Negative Mother with Anti-D at Delivery: A Case Study</a> - 1 hour(s)</li>
<li><a href="/antibody_identification_panels.aspx">Reading Antibody Identification Panels</a> - 2 hour(s)</li>
<li><a href="/microcytic_anemias.aspx">Microcytic Anemias</a> - 1 hour(s)</li>
<li><a href="/red-cell-disorders.aspx">Red Cell Disorders: Peripheral Blood Clues to Nonneoplastic Conditions</a> - 2 hour(s)</li>
<li><a href="/white-cell-platelet-disorders.aspx">White Cell and Platelet Disorders: Peripheral Blood Clues to Nonneoplastic Conditions</a> - 2 hour(s)</li>
<li><a href="/normal-peripheral-blood-cells.aspx">Normal Peripheral Blood Cells</a> - 1 hour(s)</li>
<li><a href="/erythrocyte-inclusions.aspx">Erythrocyte Inclusions</a> - 1 hour(s)</li>
<li><a href="/acute-leukemia-who-classification.aspx">Acute Leukemia with a Focus on WHO Classification</a> - 1.5 hour(s)</li>
<li><a href="/flow-cytometry-blood-cells.aspx">Introduction to Flow Cytometry: Blood Cell Identification</a> - 2 hour(s)</li>
<li><a href="/d-dimer-and-coagulation-cascade.aspx">The Coagulation Cascade and the D-dimer Assay</a> - 1 hour(s)</li>
<li><a href="/antiplatelet-anticoagulant-pharmacology.aspx">Antiplatelet and Anticoagulant Pharmacology for the Laboratory Professional</a> - 2 hour(s)</li>
<li><a href="/cardiac-biomarkers.aspx">Cardiac Biomarkers</a> - 1.5 hour(s)</li>
<li><a href="/drug_testing_methods_clinical_toxicology.aspx">Drug Testing Methods in the Clinical Toxicology Laboratory</a> - 1 hour(s)</li>
<li><a href="/chemical-screening-of-urine.aspx">Chemical Screening of Urine by Reagent Strip</a> - 1 hour(s)</li>
<li><a href="/urine-microscopic.aspx">The Urine Microscopic: Microscopic Analysis of Urine Sediment</a> - 3 hour(s)</li>
<li><a href="/cerebrospinal-fluid.aspx">Cerebrospinal Fluid</a> - 1 hour(s)</li>
<li><a href="/gram-stained-direct-smears.aspx">Reading and Reporting Gram-stained Direct Smears</a> - 2 hour(s)</li>
<li><a href="/multi-drug-resistant-organisms.aspx">Drug-Resistant Superbugs, Multi-drug Resistant Organisms: MRSA, VRE, Clostridioides difficile, and CRE</a> - 2 hour(s)</li>
<li><a href="/tracking_antibiotic_resistant_tuberculosis.aspx">Tracking Antibiotic-Resistant Tuberculosis</a> - 1 hour(s)</li>
<li><a href="/malaria-identification.aspx">Malaria</a> - 1.5 hour(s)</li>
<li><a href="/respiratory-viruses-basics.aspx">Unmasking Respiratory Viruses: The Basics of Respiratory Viral Interactions</a></li>
<li><a href="/real-time-pcr.aspx">Real-Time PCR</a> - 1.5 hour(s) [<a href="/spg977353_real_time_pcr.aspx">sample</a>]</li>
<li><a href="/molecular-methods-microbiology.aspx">Molecular Methods in Clinical Microbiology</a> - 2 hour(s)</li>
<li><a href="/osha-bloodborne-pathogens.aspx">OSHA Bloodborne Pathogens</a> - 1 hour(s) [<a href="/spg977975_osha_bloodborne_pathogens.aspx">sample</a>]</li>
<li><a href="/osha-chemical-hygiene.aspx">OSHA Hazard Communication and Chemical Hygiene</a> - 1 hour(s)</li>
<li><a href="/laboratory-ergonomics.aspx">Laboratory Ergonomics</a> - 0.5 hour(s)</li>
<li><a href="/medical-error-prevention.aspx">Medical Error Prevention: Patient Safety</a> - 2 hour(s)</li>
<li><a href="/ethics-in-the-clinical-laboratory.aspx">Ethics in the Clinical Laboratory</a> - 1 hour(s)</li>
<li><a href="/laws-and-rules-florida.aspx">Laws and Rules of the Florida Board of Clinical Laboratory Personnel</a> - 1 hour(s)</li>
<li><a href="/hiv-aids-laboratory.aspx">HIV/AIDS for the Clinical Laboratory</a> - 1 hour(s)</li>
<li><a href="/intro_to_the_medical_laboratory_part1.aspx">An Introduction to the Medical Laboratory, Part 1</a></li>
<li><a href="/point_of_care_testing.aspx">Point of Care Testing: The Applications, Advantages, and Challenges</a> - 1 hour(s)</li>
<li><a href="/routine-venipuncture.aspx">Routine Venipuncture</a> - 1.5 hour(s)</li>
<li><a href="/preanalytical-variability.aspx">Minimizing Pre-Analytical Variability During Venipuncture, Urine Sample Collection, and Sample Processing</a> - 2 hour(s)</li>
<li><a href="/tuberculosis_awareness.aspx">Tuberculosis Awareness for Health Care Workers (retired 2/3/2022)</a></li>
</ul>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
