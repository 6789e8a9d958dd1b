<html lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>NCSLPH: Laboratory Training</title></head>
<body>
<h1>Laboratory Training</h1>
<p>Click a title to open it.</p>
<h3>Packaging and Shipping Regulations</h3>
<div class="collapse"><p>Date: Tuesday, March 2, 2027<br>Time: 9:00 AM - 2:30 PM<br>Location: Raleigh, North Carolina<br>P.A.C.E. Contact Hours: 5.0 (subject to change)<br>Fee: $0<br>Audience: Staff who ship specimens</p></div>
<h3>Basic Bench Parasitology</h3>
<div class="collapse"><p>Date: April 14, 2027<br>Time: 8:30 AM - 4:30 PM<br>Location: Raleigh, North Carolina<br>P.A.C.E. Contact Hours: 6.0<br>Fee: $50<br>Audience: Technicians of hospital laboratories</p></div>
<h3>Two Evenings of Mycology</h3>
<div class="collapse"><p>Date: April 16 and June 4, 2027<br>Time: 6:00 PM - 8:00 PM<br>Location: Wilmington, North Carolina<br>P.A.C.E. Contact Hours: 4.0<br>Fee: $30 (students $10)<br>Audience: Technicians of hospital laboratories</p></div>
<h3>Specimen Collection Hour</h3>
<div class="collapse"><p>Date: To be announced<br>Location: Online<br>P.A.C.E. Contact Hours: 1.0<br>Fee: No charge</p></div>
<h3>CLIA Update (postponed)</h3>
<div class="collapse"><p>Date: Wednesday, February 10, 2027<br>Time: noon - 1 PM<br>Location: Online<br>P.A.C.E. Contact Hours: 1.0<br>Fee: $0</p></div>
</body></html>
