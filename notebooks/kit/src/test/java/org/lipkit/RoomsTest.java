package org.lipkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A room imports only rooms listed before it. */
class RoomsTest {

  /** Ground floor first: the library's rooms, then those of the notebooks. */
  private static final List<String> ROOMS =
      List.of(
          "text",
          "tensor",
          "io",
          "data",
          "bound",
          "loss",
          "layer",
          "model",
          "certify",
          "attack",
          "train",
          "onnx",
          "draw",
          "smoothing",
          "experiment",
          "djl",
          "catalogue",
          "cost",
          "view",
          "pitfall",
          "fetch",
          "command");

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.lipkit");

  @Test
  void everyRoomImportsOnlyRoomsBelowIt() {
    LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String room : ROOMS) {
      house = house.optionalLayer(room).definedBy("org.lipkit." + room + "..");
    }
    for (int i = 0; i < ROOMS.size(); i++) {
      List<String> above = ROOMS.subList(i + 1, ROOMS.size());
      house =
          above.isEmpty()
              ? house.whereLayer(ROOMS.get(i)).mayNotBeAccessedByAnyLayer()
              : house
                  .whereLayer(ROOMS.get(i))
                  .mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
    }
    house.check(classes);
  }

  @Test
  void onlyTheTensorRoomTouchesTheEngine() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("org.lipkit.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .allowEmptyShould(true)
        .check(classes);
  }

  /**
   * Then every array lies where the chosen device or the arrays that it goes with do. DJL asks its
   * zoos for models on a device.
   */
  @Test
  void onlyTensorsChoosesWhereArraysLie() {
    String maker = "newBaseManager.*";
    ArchRuleDefinition.noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.lipkit.tensor.Tensors")
        .should()
        .callMethodWhere(
            JavaCall.Predicates.target(owner(assignableTo(NDManager.class)))
                .and(JavaCall.Predicates.target(nameMatching(maker))))
        .check(classes);
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("org.lipkit.tensor..", "org.lipkit.djl..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Device.class)
        .check(classes);
  }

  @Test
  void onlyTheRoomsOfNotebooksDraw() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("org.lipkit.draw..", "org.lipkit.view..", "org.lipkit.pitfall..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.knowm.xchart..", "tech.tablesaw..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void whatDrawsKnowsNothingOfRunsAndNetworks() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("org.lipkit.draw..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("org.lipkit..")
                .and(
                    JavaClass.Predicates.resideOutsideOfPackages(
                        "org.lipkit.draw..", "org.lipkit.data..", "org.lipkit.text..")))
        .check(classes);
  }

  /** Such numbers may be gone when the backward pass reads them; see Tensors.scalar. */
  @Test
  void whereGradientsAreRecordedNoJavaNumberIsMultipliedWith() {
    for (String operator : List.of("mul", "div", "mod", "pow", "maximum", "minimum")) {
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAnyPackage("org.lipkit.layer..", "org.lipkit.loss..", "org.lipkit.attack..")
          .should()
          .callMethod(NDArray.class, operator, Number.class)
          .check(classes);
    }
  }

  /** Digits, decimal points and letters must not depend on where a program runs. */
  @Test
  void nothingIsFormattedWithoutALocale() {
    refuseCalls(String.class, "format", String.class, Object[].class);
    refuseCalls(String.class, "formatted", Object[].class);
    refuseCalls(String.class, "toLowerCase");
    refuseCalls(String.class, "toUpperCase");
    for (Class<?> writer : List.of(PrintStream.class, PrintWriter.class)) {
      refuseCalls(writer, "printf", String.class, Object[].class);
      refuseCalls(writer, "format", String.class, Object[].class);
    }
  }

  private void refuseCalls(Class<?> owner, String method, Class<?>... parameters) {
    ArchRuleDefinition.noClasses().should().callMethod(owner, method, parameters).check(classes);
  }

  @Test
  void theCheckerIsIndependent() {
    ArchRuleDefinition.classes()
        .that()
        .resideInAPackage("org.lipkit.checker..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.imageio..",
            "com.fasterxml.jackson..",
            "ai.onnx.proto..",
            "com.google.protobuf..",
            "org.lipkit.checker..")
        .check(classes);
  }
}
