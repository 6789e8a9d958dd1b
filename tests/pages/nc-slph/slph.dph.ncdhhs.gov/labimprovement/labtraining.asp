<html lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>NCSLPH: Laboratory Training</title></head>
<body>
<h1>Laboratory Training</h1>
<p>Click a title to open it.</p>
<h3>Packaging and Shipping Regulations</h3>
<div class="collapse"><p>Date: Tuesday, March 2, 2027<br>Time: 9:00 AM - 2:30 PM<br>Location: Raleigh, North Carolina<br>P.A.C.E. Contact Hours: 5.0 (subject to change)<br>Fee: $0<br>Audience: Staff who ship specimens</p></div>
<h3>Basic Bench Parasitology</h3>
<div class="collapse"><p>Date: April 14, 2027<br>Time: 8:30 AM - 4:30 PM<br>Location: Raleigh, North Carolina<br>P.A.C.E. Contact Hours: 6.0<br>Fee: $50<br>Audience: Technicians of hospital laboratories</p></div>
</body></html>
