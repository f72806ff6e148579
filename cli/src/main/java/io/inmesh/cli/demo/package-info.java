/** The demo: an online shop in a mesh on this machine, checked and shown. */
@NullMarked
package io.inmesh.cli.demo;

import org.jspecify.annotations.NullMarked;
