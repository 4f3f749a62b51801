;; Loaded by test.sh before the test of a client: what both need. -*- lexical-binding: t -*-
(require 'package)
(package-initialize)
(unless (require 'dockerfile-mode nil t)
  (define-derived-mode dockerfile-mode prog-mode "Dockerfile"))

(defvar test-findings nil "A function that returns the findings, for messages.")

(defun test-wait (what done)
  "Wait until DONE returns something, and end Emacs when it does not."
  (let ((until (+ (float-time) 20)) ok)
    (while (and (not (setq ok (funcall done))) (< (float-time) until))
      (accept-process-output nil 0.05))
    (message "%s %s" (if ok "ok  " "FAIL") what)
    (unless ok
      (message "%S" (and test-findings (funcall test-findings)))
      (kill-emacs 1))
    ok))

(defun test-open ()
  "Open the Dockerfile of the project."
  (find-file (expand-file-name "Dockerfile" (getenv "PROJECT")))
  (unless (eq major-mode 'dockerfile-mode)
    (dockerfile-mode)))

(defun test-fixed ()
  (string-match-p "^LABEL org.opencontainers.image.authors=" (buffer-string)))
