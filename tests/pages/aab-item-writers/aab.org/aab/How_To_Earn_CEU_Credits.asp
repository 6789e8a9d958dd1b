<html lang="en"><head><title>How To Earn CEU Credits</title></head><body>
<h1>How To Earn CEU Credits</h1>
<h3>Write examination questions</h3>
<p>Free credit for questions that the board accepts.</p>
<h3>Item Writers' Workshop</h3>
<p>Those who take part receive credit for each hour of the workshop.</p>
<p>Location: Online</p>
</body></html>
