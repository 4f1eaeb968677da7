package org.lipkit.draw;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.lipkit.text.Text;

/**
 * Pictures of the plane one after another, with discs around the same points in all of them: a
 * slider chooses one, a button plays them. Everything is inside the HTML, so that it works in an
 * exported page and in a notebook alike. Where no script runs, the first picture is seen.
 *
 * <pre>{@code
 * PlaneFrames frames = PlaneFrames.of(new Title("Discs", true), "radius", points);
 * frames.frame("radius 0.1", picture, radii);
 * Show.html(frames.html());
 * }</pre>
 */
public final class PlaneFrames {

  private static final String SCRIPT =
      """
      <script>
      for (const root of document.querySelectorAll('.lipkit-frames[data-frames]:not([data-ready])')) {
        root.dataset.ready = 1;
        const {name, plane, size, centres, frames} = JSON.parse(root.dataset.frames);
        const [box, caption, note] = root.children;
        note.remove();
        const svg = (tag, attributes) => {
          const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
          for (const key in attributes) node.setAttribute(key, attributes[key]);
          return node;
        };
        const [left, top, width, height] = plane;
        const share = (part, whole) => 100 * part / whole + '%';
        const onPlane = node => {
          node.style.cssText = 'position:absolute;max-width:none;margin:0;left:'
              + share(left, size[0]) + ';top:' + share(top, size[1])
              + ';width:' + share(width, size[0]) + ';height:' + share(height, size[1]);
          return node;
        };
        const grounds = root.dataset.grounds.split(' ').map(ground => {
          const image = onPlane(document.createElement('img'));
          image.src = 'data:image/png;base64,' + ground;
          image.alt = '';
          return image;
        });
        const layer = onPlane(svg('svg', {viewBox: '0 0 ' + width + ' ' + height}));
        const circles = centres.map(([cx, cy]) => svg('circle',
            {cx, cy, fill: 'none', stroke: '#222', 'stroke-width': 2.8}));
        layer.append(...circles);
        box.append(...grounds, layer);
        const bar = document.createElement('div'), play = document.createElement('button');
        const label = document.createElement('label'), slider = document.createElement('input');
        bar.style.cssText = 'display:flex;gap:12px;align-items:center';
        label.style.cssText = 'display:flex;gap:8px;flex:1';
        slider.style.flex = 1;
        slider.type = 'range';
        slider.max = frames.length - 1;
        slider.value = 0;
        for (const control of [slider, play]) control.dataset.lmSuppressShortcuts = true;
        label.append(name + ': ', slider);
        bar.append(play, label);
        box.after(bar);
        const show = () => {
          const frame = frames[slider.value];
          grounds.forEach((image, i) => image.style.display = i === frame.ground ? '' : 'none');
          circles.forEach((circle, i) => circle.setAttribute('r', frame.radii[i]));
          caption.textContent = frame.caption;
          slider.setAttribute('aria-valuetext', frame.caption);
        };
        let timer = 0;
        const stop = () => {
          clearInterval(timer);
          timer = 0;
          play.textContent = 'Play';
        };
        play.onclick = () => {
          if (timer) return stop();
          if (+slider.value === frames.length - 1) slider.value = 0;
          show();
          play.textContent = 'Stop';
          timer = setInterval(() => {
            slider.value = +slider.value + 1;
            show();
            if (+slider.value === frames.length - 1) stop();
          }, 700);
        };
        slider.oninput = () => { stop(); show(); };
        stop();
        show();
      }
      </script>
      """;

  private final Title title;
  private final String name;
  private final double[][] centres;
  private final Map<PlanePicture, Integer> drawnAt = new IdentityHashMap<>();
  private final List<String> grounds = new ArrayList<>();
  private final List<Frame> frames = new ArrayList<>();
  private String firstPicture;
  private int[] plane;
  private int[] size;
  private double[][] places;

  /** One picture: its place among the grounds, what is said below it, and its discs in pixels. */
  private record Frame(int ground, String caption, double[] radii) {}

  /** What the script reads. */
  private record Data(
      String name, int[] plane, int[] size, double[][] centres, List<Frame> frames) {}

  private PlaneFrames(Title title, String name, double[][] centres) {
    this.title = title;
    this.name = name;
    this.centres = centres;
  }

  /**
   * {@return no pictures yet}
   *
   * @param title above each picture
   * @param name what the slider changes, such as {@code epoch}
   * @param centres the points (n, 2) that have discs
   */
  public static PlaneFrames of(Title title, String name, double[][] centres) {
    return new PlaneFrames(title, name, centres);
  }

  /**
   * Adds a picture, which is drawn at once; one that was added before is not drawn again.
   *
   * @param caption what is said below it
   * @param picture all but the discs; of the same plane and size as the others
   * @param radii one for each centre in the unit of the plane; a radius of 0 or less has no disc
   * @return these pictures
   */
  public PlaneFrames frame(String caption, PlanePicture picture, double[] radii) {
    List<PlanePicture.Disc> discs = PlanePicture.Disc.around(centres, radii);
    if (frames.isEmpty()) {
      BufferedImage first = picture.draw(title, PlanePicture.CERTIFIED, discs);
      firstPicture = Png.base64(first);
      Rectangle at = picture.plane(title);
      plane = new int[] {at.x, at.y, at.width, at.height};
      size = new int[] {first.getWidth(), first.getHeight()};
      places =
          Arrays.stream(centres)
              .map(centre -> tenths(Arrays.stream(picture.pixel(centre))))
              .toArray(double[][]::new);
    }
    int ground =
        drawnAt.computeIfAbsent(
            picture,
            drawn -> {
              Rectangle at = drawn.plane(title);
              BufferedImage whole = drawn.draw(title, PlanePicture.CERTIFIED, List.of());
              grounds.add(Png.base64(whole.getSubimage(at.x, at.y, at.width, at.height)));
              return grounds.size() - 1;
            });
    double pixels = picture.pixelsPerUnit();
    frames.add(
        new Frame(ground, caption, tenths(Arrays.stream(radii).map(r -> Math.max(0, r * pixels)))));
    return this;
  }

  /**
   * {@return the pictures with their slider, for {@link Show#html}}
   *
   * @throws IllegalStateException if no picture was added
   */
  public String html() {
    if (frames.isEmpty()) {
      throw new IllegalStateException(
          "The pictures '" + title + "' have no frame; add at least one.");
    }
    Data data = new Data(name, plane, size, places, frames);
    return Text.of(
        "<div class=\"lipkit-frames\" style=\"max-width:%dpx\" data-frames=\"%s\" data-grounds=\"%s\">"
            + "<div style=\"position:relative\">"
            + "<img style=\"display:block;width:100%%;margin:0\" alt=\"%s\" src=\"data:image/png;base64,%s\"></div>"
            + "<p>%s</p>%s</div>%s",
        size[0] / Canvas.SCALE,
        Html.escape(new JsonMapper().valueToTree(data).toString()),
        String.join(" ", grounds),
        Html.escape(title.toString()),
        firstPicture,
        Html.escape(frames.get(0).caption),
        Html.NO_SCRIPT,
        SCRIPT);
  }

  private static double[] tenths(DoubleStream values) {
    return values.map(value -> TableBuilder.rounded(value, 1)).toArray();
  }
}
