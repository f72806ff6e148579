@NullMarked
package io.inmesh.cli.demo;

import org.jspecify.annotations.NullMarked;
