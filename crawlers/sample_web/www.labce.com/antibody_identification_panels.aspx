<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Reading Antibody Identification Panels (Online CE Course) - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="Panels of growing difficulty, from one clear antibody to three that hide one another." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./antibody_identification_panels.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMT0003QwMTYZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIMT0003QwMTY" />
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
<h1>Reading Antibody Identification Panels (Online CE Course)</h1>
<div class="rating">(based on 733 customer ratings)</div>
<p><strong>Author(s):</strong> Renee Wilkins-Hale, MS, MLS(ASCP)SBB<br />
<strong>Reviewer:</strong> Joan Lindqvist, MLS(ASCP)</p>
<div class="subscribe">
<h2>How to Subscribe</h2>
<div class="product"><strong>MLS &amp; MLT Comprehensive CE Package</strong><br />
Includes 193 CE courses, most popular <span class="price">$109</span><a class="cart" href="/cart.aspx?add=mls">Add to cart</a></div>
<div class="product"><strong>Pick Your Courses</strong><br />
Up to 8 CE hours <span class="price">$55</span><a class="cart" href="/cart.aspx?add=pick">Add to cart</a></div>
<div class="product"><strong>Individual course</strong><span class="price">$25</span><a class="cart" href="/cart.aspx?add=one">Add to cart</a></div>
</div>
<p>Panels of growing difficulty, from one clear antibody to three that hide one another.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours (acceptable for AMT, ASCP, and state recertification): 2 hour(s)</li>
<li>Approved through 10/31/2027</li>
<li>Florida Board of Clinical Laboratory Personnel Credit Hours - General (Blood Banking / Immunohematology): 2 hour(s)</li>
<li>Approved through 10/31/2027</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Rule out with homozygous cells</li>
<li>Use enzymes and prewarming with reason</li>
<li>Know when to call the reference laboratory</li>
</ul>
<h2>Customer Ratings</h2>
<p>Customers rate this course 4.3 of 5.</p>
<h2>Course Outline</h2>
<ul class="outline">
<li>Rules for ruling out</li>
<li>Dosage</li>
<li>Mixtures</li>
<li>Practice panels</li>
</ul>
<p><a href="/spg971133_antibody_identification_panels.aspx">View a sample page of this course</a></p>
<h2>Additional Information</h2>
<p><strong>Level of Instruction:</strong> Intermediate</p>
<p><strong>Intended Audience:</strong> Medical laboratory scientists, medical laboratory technicians, laboratory supervisors, and laboratory managers</p>
<p><strong>Author Information:</strong> Renee Wilkins-Hale teaches and works in a hospital laboratory.</p>
<p><strong>Course Description:</strong> Panels of growing difficulty, from one clear antibody to three that hide one another. Covers rules for ruling out, dosage and mixtures.</p>
<div class="related"><h3>Customers also viewed</h3>
<ul>
<li><a href="/respiratory-viruses-basics.aspx">Unmasking Respiratory Viruses: The Basics of Respiratory Viral Interactions</a> (148 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/real-time-pcr.aspx">Real-Time PCR</a> (612 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/molecular-methods-microbiology.aspx">Molecular Methods in Clinical Microbiology</a> (349 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
</ul></div>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
