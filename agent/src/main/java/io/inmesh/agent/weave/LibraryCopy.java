package io.inmesh.agent.weave;

import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.Relocation;
import java.util.ArrayList;
import java.util.List;

/**
 * The library of a module under one of the names that it goes by: the original, or a copy that
 * another library carries shaded. Runs while the app loads a class, so it uses no lambda.
 */
public record LibraryCopy(LibraryModule module, Relocation relocation) {
  /** All that a module covers, the original first. */
  public static List<LibraryCopy> all(LibraryModule module) {
    List<LibraryCopy> all = new ArrayList<>();
    all.add(new LibraryCopy(module, Relocation.NONE));
    for (Relocation relocation : module.relocations()) {
      all.add(new LibraryCopy(module, relocation));
    }
    return all;
  }

  /** The copy that a type belongs to; the module hooks it. */
  static LibraryCopy with(String type, LibraryModule module) {
    for (LibraryCopy copy : all(module)) {
      if (!copy.hooksOf(type).isEmpty()) {
        return copy;
      }
    }
    throw new IllegalArgumentException(module.name() + " hooks no " + type);
  }

  /** The hooks, with the names of this copy. */
  public List<Hook> hooks() {
    List<Hook> hooks = new ArrayList<>();
    for (Hook hook : module.hooks()) {
      hooks.add(hook.in(relocation));
    }
    return hooks;
  }

  /** Those for one type. */
  List<Hook> hooksOf(String type) {
    List<Hook> hooks = hooks();
    hooks.removeIf(hook -> !hook.type().equals(type));
    return hooks;
  }

  /**
   * Whether what connects from a package is the library: a type of it is hooked, or it helps.
   *
   * @param prefix its name with a slash at the end
   */
  boolean connectsFrom(String prefix) {
    if (helps(prefix)) {
      return true;
    }
    for (Hook hook : hooks()) {
      if (hook.type().startsWith(prefix) && hook.type().indexOf('/', prefix.length()) < 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether what accepts from a package is the library: it, or one above it, holds a type that is
   * hooked, or it helps.
   *
   * @param prefix its name with a slash at the end
   */
  boolean acceptsFrom(String prefix) {
    if (helps(prefix)) {
      return true;
    }
    for (Hook hook : hooks()) {
      if (prefix.startsWith(hook.type().substring(0, hook.type().lastIndexOf('/') + 1))) {
        return true;
      }
    }
    return false;
  }

  private boolean helps(String prefix) {
    for (String helper : module.helpers()) {
      if (relocation.type(helper).equals(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** What people call it. */
  String library() {
    return relocation.isNone()
        ? module.library()
        : module.library() + " (" + relocation.home() + ")";
  }

  /** Tells copies in one class loader apart. */
  String key() {
    return module.name() + " " + relocation;
  }
}
