<!DOCTYPE html>
<html lang="en-us"><head><meta charset="utf-8"><title>TB Core Curriculum</title></head>
<body><div id="s4-ribbon"><a href="#">Skip Ribbon Commands</a></div>
<h1>TB Core Curriculum: Essentials for the Mycobacteriology Laboratory</h1>
<p>Free training at your convenience.</p>
<h3>Overview of Tuberculosis</h3>
<p>Run time: 15 minutes</p>
<p>Price: Free</p>
<p>The disease and the algorithm of its tests.</p>
<h3>Specimen Collection, Transport, Handling, and Processing</h3>
<p>Run time: 38 minutes</p>
<p>Price: Free</p>
<p>What spoils a specimen before it is seen.</p>
</body></html>
