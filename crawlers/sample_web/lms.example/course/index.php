<!DOCTYPE html>
<html dir="ltr" lang="en"><head><title>Bench College: All courses</title><meta charset="utf-8"></head>
<body id="page-course-index" class="format-site">
<nav class="navbar" aria-label="Site navigation"><a href="https://lms.example/">Bench College</a> <a href="https://lms.example/login/index.php">Log in</a></nav>
<div id="page"><header id="page-header"><h1>Bench College</h1>
<ol class="breadcrumb"><li><a href="https://lms.example/course/index.php">Courses</a></li></ol></header>
<div id="page-content" role="main">
<h2>Course categories</h2>
<div class="category"><h3 class="categoryname"><a href="https://lms.example/course/index.php?categoryid=2">Hematology</a></h3></div>
<div class="category"><h3 class="categoryname"><a href="https://lms.example/course/index.php?categoryid=3">Management</a></h3></div>
</div></div><footer id="page-footer">You are not logged in.</footer></body></html>
