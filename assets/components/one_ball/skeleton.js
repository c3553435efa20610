// What stands on the page of one neuron: every part that neuron.js fills has its name in data-part.

export const SKELETON = `
<div class="lane first">
  <div class="unroll">
    <figure class="stage photo">
      <figcaption>photo</figcaption>
      <div class="box big"><div class="frame" data-part="frame">
        <canvas data-part="photo" width="64" height="64" role="img"></canvas>
        <div class="pixel" data-part="pixel" role="slider" tabindex="0" aria-label="Pixel under the lens"
          aria-valuemin="0" aria-valuemax="4095"></div>
        <div class="ball" data-part="ball" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax="4095">
          <span class="hint" data-part="hint">✥ drag</span></div>
        <span class="told" data-part="told" aria-hidden="true" hidden></span>
      </div></div>
      <p class="shape">(64, 64, 3)</p>
    </figure>
    <div class="arrow flatten">
      <b>flatten</b><i></i>
      <p><small data-part="unrolled">row by row</small>
        <button type="button" data-part="replay" title="Play it again"><span>▶</span> play</button></p>
    </div>
    <figure class="stage column">
      <figcaption><var>x</var></figcaption>
      <div class="box big"><div class="strip">
        <canvas data-part="strip" width="1" height="512" role="img"
          aria-label="The photo as one column of 12,288 numbers, first row on top"></canvas>
        <small class="top">0</small><small class="bottom">12287</small><small class="at" data-part="at"></small>
      </div></div>
      <p class="shape">(12288, 1)</p>
    </figure>
    <div class="lens" role="group" aria-label="The pixel under the lens: three numbers of x">
      <span class="swatch" data-part="swatch"></span>
      <svg class="fan" viewBox="0 0 26 60" aria-hidden="true"><path d="M0 30L26 10M0 30H26M0 30L26 50"/></svg>
      <div data-part="read-photo"></div>
      <p class="rule"><var>x</var> = value / 127.5 − 1</p>
      <span class="arrow" aria-hidden="true"><i></i></span>
      <div data-part="read-x"></div>
    </div>
    <canvas class="overlay" data-part="overlay" aria-hidden="true"></canvas>
  </div>
  <span class="sign">∘</span>
  <figure class="stage">
    <figcaption><var>w</var> <small data-part="model"></small></figcaption>
    <div class="box big"><div class="frame small" data-part="frame-w">
      <canvas data-part="w" width="64" height="64" role="img" aria-label="The weights as a picture; grey is zero"></canvas>
      <span class="mark" data-part="mark-w"></span></div>
      <p class="legend"><small data-part="low-w"></small><span class="grey"></span><small data-part="high-w"></small></p></div>
    <p class="shape">(1, 12288)</p>
    <p class="read" data-part="read-w"></p>
  </figure>
  <span class="sign">=</span>
  <figure class="stage">
    <figcaption><var>w</var> ∘ <var>x</var><sup>T</sup></figcaption>
    <div class="box big"><div class="frame small" data-part="frame-wx">
      <canvas data-part="wx" width="64" height="64" role="img" aria-label="What each pixel adds to z"></canvas>
      <span class="mark" data-part="mark-wx"></span></div>
      <p class="legend"><small data-part="low-wx"></small><span class="signed"></span><small data-part="high-wx"></small></p></div>
    <p class="shape">(1, 12288)</p>
    <p class="read" data-part="read-wx"></p>
  </figure>
</div>
<p class="where" data-part="where"></p>
<div class="turn" aria-hidden="true"><i></i><b>Σ of all 12,288</b></div>
<div class="lane second">
  <figure class="stage map">
    <figcaption data-part="map-title"></figcaption>
    <div class="frame" data-part="map-frame"><canvas data-part="map" role="img"></canvas>
      <svg class="contour" data-part="contour" aria-hidden="true"><path class="halo"/><path/></svg>
      <span class="ring" data-part="ring"></span></div>
    <p class="legend"><small data-part="low-map"></small><span class="signed"></span><small data-part="high-map"></small></p>
    <p class="range" data-part="range"></p>
    <p class="range" data-part="yes"></p>
  </figure>
  <figure class="stage sum">
    <figcaption>Σ + <var>b</var> = <var>z</var></figcaption>
    <div class="tug">
      <p><small>products above 0</small><span class="for" data-part="for"></span></p>
      <div class="rail"><span class="bar positive" data-part="bar-positive"></span></div>
      <div class="rail"><span class="bar negative" data-part="bar-negative"></span><span class="over" data-part="over"></span></div>
      <p><small>products below 0</small><span class="against" data-part="against"></span></p>
    </div>
    <table class="add"><tbody>
      <tr><th><var>wx</var></th><td data-part="wx-sum"></td><td class="shape">(1, 1)</td></tr>
      <tr><th>+ <var>b</var></th><td data-part="b"></td><td class="shape">(1, 1)</td></tr>
      <tr class="total"><th>= <var>z</var></th><td data-part="z"></td><td class="shape">(1, 1)</td></tr>
    </tbody></table>
  </figure>
  <div class="arrow"><b>σ</b><i></i><small>(1, 1)</small></div>
  <figure class="stage curves">
    <figcaption class="split"><span><var>ŷ</var> = σ(<var>z</var>)</span>
      <span class="switch" role="radiogroup" aria-label="Label y"><span>label <var>y</var></span>
        <button type="button" role="radio" data-part="y0">0</button><button type="button" role="radio" data-part="y1">1</button></span>
    </figcaption>
    <svg data-part="curves" viewBox="0 0 290 286" role="img"></svg>
  </figure>
  <div class="arrow"><i></i><small>(1, 1)</small></div>
  <figure class="stage answer">
    <figcaption><var>ŷ</var></figcaption>
    <span class="now" data-part="y-hat"></span>
    <div class="gauge"><span data-part="gauge"></span></div>
    <p class="verdict"><span data-part="undecided">undecided<small>ŷ\u00a0>\u00a0½ makes it:</small></span><span data-part="verdict"></span></p>
    <dl><dt><var>L</var></dt><dd data-part="loss"></dd><dt>∂<var>L</var>/∂<var>z</var></dt><dd data-part="slope"></dd></dl>
  </figure>
</div>
<p class="formula" data-part="formula" aria-live="off"></p>`;
