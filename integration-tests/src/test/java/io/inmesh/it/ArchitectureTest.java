package io.inmesh.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of the house: they point inward. */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.inmesh");

  @Test
  void theWholeHouseIsLookedAt() {
    assertThat(HOUSE.contain(io.inmesh.engine.MeshSnapshot.class)).isTrue();
    assertThat(HOUSE.contain("io.inmesh.agent.AgentMain")).isTrue();
    assertThat(HOUSE.contain("io.inmesh.control.client.AdsClient")).isTrue();
    assertThat(HOUSE.contain("io.inmesh.instrumentation.okhttp.OkHttpModule")).isTrue();
  }

  @Test
  void bootstrapKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("io.inmesh.bootstrap..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.inmesh.bootstrap..", "java..", "org.jspecify..")
        .check(HOUSE);
  }

  @Test
  void bootstrapFreezesNoProviderBeforeMain() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.bootstrap..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.logging..", "java.nio.file..", "javax.management..", "javax.net.ssl..")
        .check(HOUSE);
  }

  @Test
  void tlsKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("io.inmesh.tls..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.tls..", "java..", "javax.net.ssl..", "javax.security..", "org.jspecify..")
        .check(HOUSE);
  }

  @Test
  void theEngineIsPure() {
    classes()
        .that()
        .resideInAPackage("io.inmesh.engine..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.engine..",
            "com.google.re2j..",
            "org.jspecify..",
            "java.lang..",
            "java.util..",
            "java.nio.charset..",
            "java.time..")
        .check(HOUSE);
  }

  @Test
  void theEngineReadsNoClockAndStartsNoThread() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.engine..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.Random.class)
        .orShould()
        .callMethod(Thread.class, "start")
        .orShould()
        .beAssignableTo(Thread.class)
        .check(HOUSE);
  }

  @Test
  void theApiKnowsTheEngineAndTlsAlone() {
    classes()
        .that()
        .resideInAPackage("io.inmesh.instrumentation.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.instrumentation.api..",
            "io.inmesh.engine..",
            "io.inmesh.tls..",
            "java..",
            "javax.net.ssl..",
            "org.jspecify..")
        .check(HOUSE);
  }

  @Test
  void aLibraryModuleKnowsTheApiAndItsLibrary() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.instrumentation..")
        .and()
        .resideOutsideOfPackage("io.inmesh.instrumentation.testing..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.agent..",
            "io.inmesh.control..",
            "io.inmesh.upstream..",
            "io.inmesh.bootstrap..",
            "com.google.protobuf..")
        .check(HOUSE);
  }

  @Test
  void theAgentsOwnCallsKnowTheEngineAndTlsAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.upstream..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.agent..",
            "io.inmesh.instrumentation..",
            "io.inmesh.control..",
            "io.inmesh.bootstrap..",
            "com.google.protobuf..")
        .check(HOUSE);
  }

  /** Their advice runs on event loops: one that waits there stops every connection of the loop. */
  @Test
  void modulesOfEventLoopsNeverWait() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.inmesh.instrumentation.netty..",
            "io.inmesh.instrumentation.nettyhttp..",
            "io.inmesh.instrumentation.nettyhttp2..",
            "io.inmesh.instrumentation.grpc..",
            "io.inmesh.instrumentation.grpcserver..")
        .should()
        .callMethodWhere(waits())
        .check(HOUSE);
  }

  private static DescribedPredicate<JavaMethodCall> waits() {
    Set<String> future =
        Set.of("join", "get", "await", "awaitUninterruptibly", "sync", "syncUninterruptibly");
    return new DescribedPredicate<>("wait") {
      @Override
      public boolean test(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        return (owner.isAssignableTo(java.util.concurrent.Future.class) && future.contains(name))
            || (owner.isAssignableTo(Thread.class) && (name.equals("sleep") || name.equals("join")))
            || (owner.isAssignableTo(java.util.concurrent.locks.LockSupport.class)
                && name.startsWith("park"))
            || (owner.isAssignableTo(java.util.concurrent.CountDownLatch.class)
                && name.equals("await"))
            || (owner.isEquivalentTo(Object.class) && name.equals("wait"));
      }
    };
  }

  @Test
  void everyPackageSaysWhereNullMayBe() {
    Set<String> marked = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    for (JavaClass type : HOUSE) {
      all.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
        marked.add(type.getPackageName());
      }
    }
    all.removeAll(marked);
    assertThat(all).as("packages without @NullMarked").isEmpty();
  }

  @Test
  void onlyModulesOfNettyKnowNetty() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.instrumentation..")
        .and()
        .resideOutsideOfPackages(
            "io.inmesh.instrumentation.testing..",
            "io.inmesh.instrumentation.netty..",
            "io.inmesh.instrumentation.nettyhttp..",
            "io.inmesh.instrumentation.nettyhttp2..",
            "io.inmesh.instrumentation.grpcserver..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(HOUSE);
  }

  @Test
  void noLibraryModuleSeesAnother() {
    com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
        .matching("io.inmesh.instrumentation.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            com.tngtech.archunit.base.DescribedPredicate.alwaysTrue(),
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                "io.inmesh.instrumentation.api.."))
        .check(HOUSE);
  }

  @Test
  void theControlClientKnowsTheEngine() {
    noClasses()
        .that()
        .resideInAPackage("io.inmesh.control.client..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.inmesh.agent..",
            "io.inmesh.instrumentation..",
            "io.inmesh.control.plane..",
            "io.inmesh.upstream..",
            "com.google.protobuf..",
            "io.grpc..")
        .check(HOUSE);
  }

  @Test
  void theAgentSpeaksThroughItsOwnNetty() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.inmesh.agent..",
            "io.inmesh.control.client..",
            "io.inmesh.upstream..",
            "io.inmesh.engine..",
            "io.inmesh.instrumentation.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "com.sun.net.httpserver..", "java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.net.HttpURLConnection.class)
        .check(HOUSE);
  }
}
