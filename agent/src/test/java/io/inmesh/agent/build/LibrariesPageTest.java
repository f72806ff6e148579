package io.inmesh.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.api.LibraryModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LibrariesPageTest {
  private static final Path PAGE = Path.of("../docs/libraries.md");

  @Test
  void thePageOfLibrariesIsThatOfTheModules() throws IOException {
    List<LibraryModule> modules =
        ServiceLoader.load(LibraryModule.class).stream().map(ServiceLoader.Provider::get).toList();
    String page = new LibrariesPage(modules).text();
    if ("write".equals(System.getProperty("libraries"))) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).as("write it by -Dlibraries=write").hasContent(page);
  }
}
