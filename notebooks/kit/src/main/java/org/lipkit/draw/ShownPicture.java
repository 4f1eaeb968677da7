package org.lipkit.draw;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * A picture of {@link Palette}'s colours that is shown at its size in units, so that each unit has
 * several pixels of the screen or of the page. IJava is told that size; another kernel shows such a
 * picture as any other, pixel for pixel.
 */
final class ShownPicture extends BufferedImage {

  private static final String PNG = "image/png";

  static {
    try {
      registerInIJava();
    } catch (ReflectiveOperationException | LinkageError e) {
      // Another kernel, or none.
    }
  }

  ShownPicture(int width, int height, IndexColorModel colours) {
    super(width, height, TYPE_BYTE_INDEXED, colours);
  }

  private static void registerInIJava() throws ReflectiveOperationException {
    Object kernel =
        Class.forName("io.github.spencerpark.ijava.IJava")
            .getMethod("getKernelInstance")
            .invoke(null);
    if (kernel == null) {
      return; // on the class path without running
    }
    Class<?> function =
        Class.forName("io.github.spencerpark.jupyter.kernel.display.RenderFunction");
    Object renders =
        Proxy.newProxyInstance(
            function.getClassLoader(),
            new Class<?>[] {function},
            (proxy, method, arguments) -> rendered(method, arguments));
    Object renderer = kernel.getClass().getMethod("getRenderer").invoke(kernel);
    Object registration =
        renderer
            .getClass()
            .getMethod("createRegistration", Class.class)
            .invoke(renderer, ShownPicture.class);
    registration
        .getClass()
        .getMethod("preferring", String[].class)
        .invoke(registration, (Object) new String[] {PNG});
    registration.getClass().getMethod("register", function).invoke(registration, renders);
  }

  /** Answers IJava's render(picture, context); any other method is one that every object has. */
  private static Object rendered(Method method, Object... arguments)
      throws ReflectiveOperationException {
    if (!method.getName().equals("render")) {
      return method.invoke(PNG, arguments);
    }
    ShownPicture picture = (ShownPicture) arguments[0];
    Object shown = arguments[1].getClass().getMethod("getOutputContainer").invoke(arguments[1]);
    put(shown, "putData", Png.base64(picture));
    put(shown, "putMetaData", Map.of("width", picture.getWidth() / Canvas.SCALE));
    return null;
  }

  private static void put(Object shown, String method, Object value)
      throws ReflectiveOperationException {
    shown.getClass().getMethod(method, String.class, Object.class).invoke(shown, PNG, value);
  }
}
