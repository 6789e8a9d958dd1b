<!DOCTYPE html>
<html dir="ltr" lang="en"><head><title>Courses</title></head>
<body class="path-course"><nav class="navbar"><a href="/">BCSLS</a></nav>
<ol class="breadcrumb"></ol>
<div role="main">
<div class="coursebox"><h3 class="coursename"><a href="http://courses.bcsls.net/course/view.php?id=9">Clinical Hematology and Body Fluid Morphology</a></h3></div>
</div></body></html>
