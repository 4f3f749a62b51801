-- Runs inside Neovim 0.11 and later, with lsp/dlint.lua alone and what the README says
-- to write in init.lua; see test.sh. PROJECT is a scratch folder.
local dir = vim.env.PROJECT
local failed = 0

local function wait(what, done)
  local ok = vim.wait(10000, done, 20)
  print((ok and "ok   " or "FAIL ") .. what .. (ok and "" or ": " .. vim.inspect(vim.diagnostic.get(0))) .. "\n")
  failed = failed + (ok and 0 or 1)
end

local function served()
  return #vim.lsp.get_clients({ name = "dlint", bufnr = 0 }) == 1
end

local function found()
  local out = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(out, string.format("%d:%d-%d:%d %s", d.lnum, d.col, d.end_lnum, d.end_col, d.code))
  end
  return out
end

local ok, err = pcall(function()
  vim.lsp.config("dlint", { settings = { dlint = { select = { "maintainer-deprecated" } } } })
  vim.cmd("edit " .. dir .. "/enabled.Dockerfile")
  wait("vim.lsp.enable starts the server", served)
  wait("in the folder of the repository", function() return vim.lsp.get_clients()[1].config.root_dir == dir end)
  wait("a finding at its range, and no other, as the settings say", function()
    return vim.deep_equal(found(), { "1:0-1:10 maintainer-deprecated" })
  end)
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.lsp.buf.code_action({ apply = true, filter = function(a) return a.title:find("Replace MAINTAINER") ~= nil end })
  wait("a quick fix is applied", function()
    return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == 'LABEL org.opencontainers.image.authors="a@example.com"'
  end)
  wait("and the finding is gone", function() return #found() == 0 end)
  vim.cmd("edit! " .. dir .. "/sub/Containerfile.prod")
  wait("a Containerfile is served", served)
  vim.cmd("edit " .. dir .. "/.dockerignore")
  wait("a .dockerignore is served", served)
  vim.cmd("edit " .. dir .. "/.dlint.yaml")
  wait("a .dlint.yaml is served", served)
  vim.cmd("edit " .. dir .. "/.gitignore")
  wait("another ignore file is opened", function() return vim.bo.filetype == "gitignore" end)
  vim.wait(300)
  wait("and is not served", function() return not served() end)
end)
if not ok then
  print("FAIL " .. err .. "\n")
end
vim.cmd(ok and failed == 0 and "qall!" or "cquit")
