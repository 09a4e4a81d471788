/** What a new accounts file begins with; the shipped baseftp.ini is the same text. */

/** Explains both formats and the letters, and has no account in it. */
export const ACCOUNTS_FILE_HEADER = `\
# The accounts of baseftp. An edit holds for the next login, without a restart.
#
# One account a line, before the first [section]; # starts a comment anywhere:
#
#   name   password   permissions   home
#   alice  wonder123  elradfmwMT    /srv/files
#
# A password that is typed here becomes a hash when the server starts, or at its first
# login. "baseftp user add alice" and the other commands of "baseftp help user" do the same.
#
# The letters of the permissions:
#   e  change directory         a  append to files          w  upload files
#   l  list                     d  delete                   M  change modes
#   r  download                 f  rename                   T  change times
#                               m  make directories
#
# Or one section an account, for paths with blanks, letters by directory and limits. In
# sections # and ; start a comment at the start of a line or after a blank; a value that
# has them, or blanks at its ends, goes into "double quotes". docs/settings.md has all keys.
#
#   [user:alice]
#   password = wonder123            ; a hash takes its place
#   home = /srv/files/alice smith   ; relative paths start in the folder of this file
#   permissions = elr
#   permissions:/incoming = elradfmwMT
#   mount:/photos = /mnt/photos elr ; a folder from elsewhere, and its letters
#   group = family                  ; what it says holds where the account says nothing
#   quota = 10G                     ; also quota-files; min-free = 5% of the disk
#   max-upload = 1M                 ; bytes per second for all its transfers; K, M, G
#   max-download = 1M
#   max-connections = 4
#   enabled = yes                   ; no: nobody logs in
#   admin = yes                     ; runs the server from the web page
#   expires = 2030-12-31            ; its last day
#   allow-networks = 192.168.0.0/16 ; also deny-networks; tls = required
#   drop-box = /incoming            ; takes files and shows none
#   hide = *.tmp, .DS_Store         ; also umask, file-mode
#   retention:/incoming = 30d       ; older files go; also retention-size = 50G
#   welcome = Hello %U
#   encoding = gbk                  ; names from its clients that are not UTF-8
#
#   [group:family]                  ; every key but password and group
#   permissions = elr
#
#   [anonymous]                     ; anyone, without a password
#   enabled = true
#   home = /srv/public
#   permissions = elr
#
#   [hook:notify]                   ; a program, or a url, that is told; docs/hooks.md
#   on = upload
#   run = ./notify.sh {path}
#
#   [server]                        ; any setting; "baseftp help serve" lists them
#   port = 2121
#   passive-ports = 50000-50099
`;
