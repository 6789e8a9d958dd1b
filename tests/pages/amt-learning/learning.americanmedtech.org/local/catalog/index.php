<!DOCTYPE html>
<html dir="ltr" lang="en"><head><title>Catalog</title><meta name="keywords" content="moodle, Catalog"></head>
<body class="path-local-catalog"><nav class="navbar"><a href="/">AMT Learning Center</a> <a href="/login/index.php">Log in</a></nav>
<div role="main">
<h2>Catalog</h2>
<div class="card"><a href="/local/catalog/view/product.php?productid=399">2021AM: Variability within Phlebotomy (CE: 1.0)</a></div>
<div class="card"><a href="/local/catalog/view/product.php?productid=402">Ethics for Allied Health (CE: 1.5)</a></div>
<div class="card"><a href="/local/catalog/view/category.php?id=3">More</a></div>
</div></body></html>
