<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>HIV/AIDS for the Clinical Laboratory (Online CE Course) - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="The testing algorithm, transmission, and the law of confidentiality." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./hiv-aids-laboratory.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMT0031QwMTYZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIMT0031QwMTY" />
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
<h1>HIV/AIDS for the Clinical Laboratory (Online CE Course)</h1>
<div class="rating">(based on 1,266 customer ratings)</div>
<p><strong>Author(s):</strong> Gail Sorensen, MT(ASCP), CIC<br />
<strong>Reviewer:</strong> Peter Amaral, MT(ASCP)</p>
<div class="subscribe">
<h2>How to Subscribe</h2>
<div class="product"><strong>MLS &amp; MLT Comprehensive CE Package</strong><br />
Includes 193 CE courses, most popular <span class="price">$109</span><a class="cart" href="/cart.aspx?add=mls">Add to cart</a></div>
<div class="product"><strong>Pick Your Courses</strong><br />
Up to 8 CE hours <span class="price">$55</span><a class="cart" href="/cart.aspx?add=pick">Add to cart</a></div>
<div class="product"><strong>Individual course</strong><span class="price">$25</span><a class="cart" href="/cart.aspx?add=one">Add to cart</a></div>
</div>
<p>The testing algorithm, transmission, and the law of confidentiality.</p>
<h2>Continuing Education Credits</h2>
<ul class="credits">
<li>P.A.C.E.® Contact Hours (acceptable for AMT, ASCP, and state recertification): 1 hour(s)</li>
<li>Approved through 6/30/2028</li>
<li>Florida Board of Clinical Laboratory Personnel Credit Hours - HIV/AIDS: 1 hour(s)</li>
<li>Approved through 6/30/2028</li>
</ul>
<h2>Objectives</h2>
<ul>
<li>Explain the fourth-generation algorithm</li>
<li>State post-exposure steps</li>
</ul>
<h2>Customer Ratings</h2>
<p>Customers rate this course 4.4 of 5.</p>
<h2>Course Outline</h2>
<ul class="outline">
<li>Epidemiology</li>
<li>Testing</li>
<li>Confidentiality</li>
</ul>
<p><a href="/spg979841_hiv_aids_laboratory.aspx">View a sample page of this course</a></p>
<h2>Additional Information</h2>
<p><strong>Level of Instruction:</strong> Basic</p>
<p><strong>Intended Audience:</strong> Phlebotomists, medical laboratory scientists, medical laboratory technicians, and students</p>
<p><strong>Author Information:</strong> Gail Sorensen teaches and works in a hospital laboratory.</p>
<p><strong>Course Description:</strong> The testing algorithm, transmission, and the law of confidentiality. Covers epidemiology, testing and confidentiality.</p>
<div class="related"><h3>Customers also viewed</h3>
<ul>
<li><a href="/normal-peripheral-blood-cells.aspx">Normal Peripheral Blood Cells</a> (2210 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/erythrocyte-inclusions.aspx">Erythrocyte Inclusions</a> (847 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
<li><a href="/acute-leukemia-who-classification.aspx">Acute Leukemia with a Focus on WHO Classification</a> (640 ratings) $20 <a href="/cart.aspx?add=x">Add to cart</a></li>
</ul></div>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
