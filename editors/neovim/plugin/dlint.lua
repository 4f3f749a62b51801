if vim.g.loaded_dlint then
  return
end
vim.g.loaded_dlint = 1

vim.cmd([[
  command! DlintFixAll lua require('dlint').fix_all()
  command! -nargs=1 DlintExplain lua require('dlint').explain(<q-args>)
  command! DlintRestart lua require('dlint').restart()
]])
