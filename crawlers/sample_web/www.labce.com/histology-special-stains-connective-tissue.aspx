<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Histology Special Stains: Connective Tissue (Online CE Course) - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="Trichrome, reticulin and elastic stains, with their controls." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./histology-special-stains-connective-tissue.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMT0037QwMTYZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIMT0037QwMTY" />
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
<h1>Histology Special Stains: Connective Tissue (Online CE Course)</h1>
<div class="rating">(based on 427 customer ratings)</div>
<p><strong>Author(s):</strong> Walter Nakagawa, HTL(ASCP)<br />
<strong>Reviewer:</strong> Peter Amaral, MT(ASCP)</p>
<div class="subscribe">
<h2>How to Subscribe</h2>
<div class="product"><strong>Histology CE Package</strong><br />
Includes 17 CE courses <span class="price">$65</span><a class="cart" href="/cart.aspx?add=histo">Add to cart</a></div>
<div class="product"><strong>Individual course</strong><span class="price">$25</span><a class="cart" href="/cart.aspx?add=one">Add to cart</a></div>
</div>
<p>Trichrome, reticulin and elastic stains, with their controls.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours (acceptable for AMT, ASCP, and state recertification): 1 hour(s)</li>
<li>Approved through 11/30/2027</li>
<li>Florida Board of Clinical Laboratory Personnel Credit Hours - Histology: 1 hour(s)</li>
<li>Approved through 11/30/2027</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Choose the stain</li>
<li>Judge the control</li>
</ul>
<h2>Customer Ratings</h2>
<p>Customers rate this course 4.1 of 5.</p>
<h2>Course Outline</h2>
<ul class="outline">
<li>Trichrome</li>
<li>Reticulin</li>
<li>Elastic</li>
</ul>
<p><a href="/spg981707_histology_special_stains_connective_tiss.aspx">View a sample page of this course</a></p>
<h2>Additional Information</h2>
<p><strong>Level of Instruction:</strong> Intermediate</p>
<p><strong>Intended Audience:</strong> Histotechnicians and histotechnologists</p>
<p><strong>Author Information:</strong> Walter Nakagawa teaches and works in a hospital laboratory.</p>
<p><strong>Course Description:</strong> Trichrome, reticulin and elastic stains, with their controls. Covers trichrome, reticulin and elastic.</p>
<div class="related"><h3>Customers also viewed</h3>
<ul>
<li><a href="/multi-drug-resistant-organisms.aspx">Drug-Resistant Superbugs, Multi-drug Resistant Organisms: MRSA, VRE, Clostridioides difficile, and CRE</a> (903 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/tracking_antibiotic_resistant_tuberculosis.aspx">Tracking Antibiotic-Resistant Tuberculosis</a> (233 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/malaria-identification.aspx">Malaria</a> (566 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
</ul></div>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
