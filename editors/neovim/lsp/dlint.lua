-- For Neovim 0.11 and later: vim.lsp.enable("dlint") takes this file, also without
-- the rest of the plugin. Settings go to vim.lsp.config("dlint", {...}).
return {
  cmd = { "dlint", "lsp" },
  filetypes = { "dockerfile", "dockerignore" },
  root_markers = { ".dlint.yaml", ".git" },
}
