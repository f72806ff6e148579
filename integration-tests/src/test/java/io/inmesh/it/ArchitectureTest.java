package io.inmesh.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house: they point inward. */
@AnalyzeClasses(packages = "io.inmesh", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule bootstrapKnowsTheJdkAlone =
      classes()
          .that()
          .resideInAPackage("io.inmesh.bootstrap..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.inmesh.bootstrap..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule bootstrapFreezesNoProviderBeforeMain =
      noClasses()
          .that()
          .resideInAPackage("io.inmesh.bootstrap..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..", "java.nio.file..", "javax.management..", "javax.net.ssl..");

  @ArchTest
  static final ArchRule theEngineIsPure =
      classes()
          .that()
          .resideInAPackage("io.inmesh.engine..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.inmesh.engine..",
              "com.google.re2j..",
              "io.github.resilience4j..",
              "org.jspecify..",
              "java.lang..",
              "java.util..",
              "java.nio.charset..",
              "java.time..");

  @ArchTest
  static final ArchRule theEngineReadsNoClockAndStartsNoThread =
      noClasses()
          .that()
          .resideInAPackage("io.inmesh.engine..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule theApiKnowsTheEngineAlone =
      classes()
          .that()
          .resideInAPackage("io.inmesh.instrumentation.api..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.inmesh.instrumentation.api..", "io.inmesh.engine..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule aLibraryModuleKnowsTheApiAndItsLibrary =
      noClasses()
          .that()
          .resideInAPackage("io.inmesh.instrumentation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.inmesh.agent..",
              "io.inmesh.control..",
              "io.inmesh.bootstrap..",
              "io.netty..",
              "com.google.protobuf..");

  @ArchTest
  static final ArchRule noLibraryModuleSeesAnother =
      com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
          .matching("io.inmesh.instrumentation.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              com.tngtech.archunit.base.DescribedPredicate.alwaysTrue(),
              com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                  "io.inmesh.instrumentation.api.."));

  @ArchTest
  static final ArchRule theControlClientKnowsTheEngine =
      noClasses()
          .that()
          .resideInAPackage("io.inmesh.control.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.inmesh.agent..",
              "io.inmesh.instrumentation..",
              "io.inmesh.control.plane..",
              "com.google.protobuf..",
              "io.grpc..");

  @ArchTest
  static final ArchRule theAgentSpeaksThroughItsOwnNetty =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.inmesh.agent..",
              "io.inmesh.control.client..",
              "io.inmesh.engine..",
              "io.inmesh.instrumentation.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "com.sun.net.httpserver..", "java.util.logging..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.net.HttpURLConnection.class);
}
