<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>The first fifteen minutes - LabCE.com, Laboratory Continuing Education</title>
<meta name="description" content="Most severe reactions show themselves before the first fifteen minutes of a transfusion are over." />
<link rel="stylesheet" href="/styles/labce.css" type="text/css" />
<script type="text/javascript" src="/scripts/jquery-1.9.1.min.js"></script>
<script type="text/javascript">var _brand = 20; var _price = "$20";</script>
</head>
<body>
<form name="aspnetForm" method="post" action="./spg970511_blood_bank_transfusion_reactions.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKc2FtcGxlZGQ=" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEdAAIc2FtcGxl" />
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
<h1>The first fifteen minutes</h1>
<p class="sample">The page below is a sample from the LabCE course <a href="/blood_bank_transfusion_reactions.aspx">Transfusion Reactions</a>. Access the complete course and earn ASCLS P.A.C.E.-approved continuing education credits by subscribing online.</p>
<p><a href="/blood_bank_transfusion_reactions.aspx">Learn more about Transfusion Reactions (online CE course)</a></p>
<div class="subscribe">
<h2>How to Subscribe</h2>
<div class="product"><strong>MLS &amp; MLT Comprehensive CE Package</strong><br />
Includes 193 CE courses, most popular <span class="price">$109</span><a class="cart" href="/cart.aspx?add=mls">Add to cart</a></div>
<div class="product"><strong>Pick Your Courses</strong><br />
Up to 8 CE hours <span class="price">$55</span><a class="cart" href="/cart.aspx?add=pick">Add to cart</a></div>
<div class="product"><strong>Individual course</strong><span class="price">$25</span><a class="cart" href="/cart.aspx?add=one">Add to cart</a></div>
</div>
<h2>The first fifteen minutes</h2><p>Most severe reactions show themselves before the first fifteen minutes of a transfusion are over.</p>
</div>
<div id="footer">LabCE is provided by MediaLab, Inc. | <a href="/privacy.aspx">Privacy</a> | <a href="/contact.aspx">Contact</a></div>
</form>
</body>
</html>
