package dev.alloy.compilation.web;

/** What a compile request is answered with: the brief that was stored, or what would have been. */
sealed interface CompileResponse permits BriefResponse, PreviewResponse {}
