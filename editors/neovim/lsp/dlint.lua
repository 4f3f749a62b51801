-- For Neovim 0.11 and later: vim.lsp.enable("dlint") takes this file, also without
-- the rest of the plugin. Settings go to vim.lsp.config("dlint", {...}).

-- in_charge says whether the server knows what to do with a buffer. Neovim takes
-- ignore files for git's, and .dlint.yaml for any YAML.
local function in_charge(buf)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(buf))
  return vim.bo[buf].filetype == "dockerfile"
    or name:match("%.dockerignore$") ~= nil
    or name:match("%.containerignore$") ~= nil
    or name:match("^%.dlint%.ya?ml$") ~= nil
end

return {
  cmd = { "dlint", "lsp" },
  filetypes = { "dockerfile", "dockerignore", "gitignore", "yaml" },
  root_dir = function(buf, on_dir)
    if in_charge(buf) then
      on_dir(vim.fs.root(buf, { ".dlint.yaml", ".dlint.yml", ".git" }) or vim.fs.dirname(vim.api.nvim_buf_get_name(buf)))
    end
  end,
}
