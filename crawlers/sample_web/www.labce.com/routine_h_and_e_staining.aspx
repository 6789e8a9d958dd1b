<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Theoretical and Practical Aspects of Routine H&amp;E Staining (Online CE Course) - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="Why hematoxylin is blue, why eosin is pink, and why Tuesday&#x27;s slides are neither." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./routine_h_and_e_staining.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMT0036QwMTYZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIMT0036QwMTY" />
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
<h1>Theoretical and Practical Aspects of Routine H&amp;E Staining (Online CE Course)</h1>
<div class="rating">(based on 815 customer ratings)</div>
<p><strong>Author(s):</strong> Walter Nakagawa, HTL(ASCP)<br />
<strong>Reviewer:</strong> Joan Lindqvist, MLS(ASCP)</p>
<div class="subscribe">
<h2>How to Subscribe</h2>
<div class="product"><strong>Histology CE Package</strong><br />
Includes 17 CE courses <span class="price">$65</span><a class="cart" href="/cart.aspx?add=histo">Add to cart</a></div>
<div class="product"><strong>Individual course</strong><span class="price">$25</span><a class="cart" href="/cart.aspx?add=one">Add to cart</a></div>
</div>
<p>Why hematoxylin is blue, why eosin is pink, and why Tuesday's slides are neither.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours (acceptable for AMT, ASCP, and state recertification): 1.5 hour(s)</li>
<li>Approved through 3/31/2028</li>
<li>Florida Board of Clinical Laboratory Personnel Credit Hours - Histology: 1.5 hour(s)</li>
<li>Approved through 3/31/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Explain the chemistry</li>
<li>Troubleshoot a pale nucleus</li>
</ul>
<h2>Customer Ratings</h2>
<p>Customers rate this course 4.0 of 5.</p>
<h2>Course Outline</h2>
<ul class="outline">
<li>Dyes</li>
<li>Procedure</li>
<li>Troubleshooting</li>
</ul>
<p><a href="/spg981396_routine_h_and_e_staining.aspx">View a sample page of this course</a></p>
<h2>Additional Information</h2>
<p><strong>Level of Instruction:</strong> Basic</p>
<p><strong>Intended Audience:</strong> Histotechnicians and histotechnologists</p>
<p><strong>Author Information:</strong> Walter Nakagawa teaches and works in a hospital laboratory.</p>
<p><strong>Course Description:</strong> Why hematoxylin is blue, why eosin is pink, and why Tuesday's slides are neither. Covers dyes, procedure and troubleshooting.</p>
<div class="related"><h3>Customers also viewed</h3>
<ul>
<li><a href="/antiplatelet-anticoagulant-pharmacology.aspx">Antiplatelet and Anticoagulant Pharmacology for the Laboratory Professional</a> (455 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/cardiac-biomarkers.aspx">Cardiac Biomarkers</a> (1022 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/drug_testing_methods_clinical_toxicology.aspx">Drug Testing Methods in the Clinical Toxicology Laboratory</a> (377 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
</ul></div>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
