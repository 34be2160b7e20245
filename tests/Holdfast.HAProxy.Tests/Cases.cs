namespace Holdfast.HAProxy.Tests;

/// <summary>What is compared with the original: texts with expressions, maps, requests.</summary>
internal static class Cases
{
    public static readonly (string Path, string Text)[] Files =
    [
        ("/m/hosts.map", "# hosts\nwww.example.org web\nexample.org bare\napi.example.org:8080 api\n"),
        ("/m/paths.map", "/a/ one\n/a/b/ two\n/ root\n.php script\n"),
        ("/m/subs.map", "/a/ one\n/ root\n.php script\n"),
        ("/m/nets.map", "192.0.2.0/24 docs\n192.0.2.7 me\n2001:db8::/32 six\n10.0.0.0/8 ten\n"),
        ("/m/regs.map", "^/a/([a-z]+)/(.*)$ \\1-\\2\n^/(.*)$ all-\\1\n"),
        ("/m/nums.map", "5:9 some\n7 seven\n1:100 many\n"),
        ("/m/rsa.pem", "-----BEGIN PUBLIC KEY-----\n"
            + "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDmNABKHReAsP2anhzOLM2zcbIV\n"
            + "j2RaoDeJADwdscvtNx0QMWqNGOfQBsFossFnvy9t24FR4ZkIeuN+8jXN0I3YMosa\n"
            + "jEc5SFjRpwkiOdT5j8ntmvcIrqPOB12DOElRDsjcspstbowTcKo9vuGio0zgT4uO\n"
            + "1wCMrxRmMYdIKODMXwIDAQAB\n"
            + "-----END PUBLIC KEY-----\n"),
        ("/m/ec.pem", "-----BEGIN PUBLIC KEY-----\n"
            + "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE47F5ygJu0qFIP4rZW2mNLUFVPftk\n"
            + "HwZEU5Vp3A9ZLJEZ9ie+SnRVf9J2tXTCHgUIR35aoz8/hbFhBFojOZbTvA==\n"
            + "-----END PUBLIC KEY-----\n"),
        ("/m/ints.map", "www.example.org 12\nexample.org -3\n"),
    ];

    public static readonly string[] Requests =
    [
        "GET /a/b/c.html?x=1&y=two%20words&x=3 HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0 (X11)\r\n"
            + "Cookie: id=abc; theme=\"dark\"; id=second\r\nX-Num: 42\r\nX-List: a, b ,c\r\nX-List: d,,e\r\n"
            + "X-Forwarded-For: 203.0.113.4, 10.1.2.3\r\nAccept-Language: fr;q=0.5, en, de;q=0.8\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: api.example.org:8080\r\nContent-Length: 27\r\nX-Num: -17abc\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n"
            + "user=alice&pass=p%40ss&n=12",
        "GET / HTTP/1.0\r\n\r\n",
        "GET http://example.org/x/y?q HTTP/1.1\r\nHost: example.org\r\nX-Empty:\r\nX-Num: 9\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: EXAMPLE.org\r\nX-Ip: [2001:db8::1]\r\nX-Quote: say \"hi\" \\ {a|b}\r\n\r\n",
        "DELETE /a/?;p=1;q=2 HTTP/1.1\r\nHost: h\r\nX-Ip: 10.0.0.1:99\r\nX-B64: SGVsbG8gd29ybGQ=\r\n"
            + "X-Json: {\"a\" : {\"x\\\"\":[{}], \"b\":[1,\"t\\\"w\\u0041o\\n\",{"
            + "\"c\":3.50}]},\"t\":true,\"f\":false, \"0\":null}\r\n"
            + "X-Num-Json: {\"n\":1234567,\"m\":-0.00001234,\"e\":1e300,\"k\":100000,\"z\":0.1,\"o\":0}\r\n"
            + "X-Int-Json: {\"n\":1234567,\"k\":9007199254740992}\r\n"
            + "X-Jwt: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLCJuIjo0Mn0.xxxx\r\n"
            + "X-Signed: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.oFZeLUUal603pOh0hiKI60D1xzvsTjPWBZ-68lp69ho\r\n"
            + "X-Rsa: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.nLv1eabkj1hxIe4OcUBWDjkuLx1ljWvFq7UrIOeQkIuJfBdpSU"
            + "ortWMKUjoMQZl24JsQ9Qc118BAHt_al8v2AzzC9tHJWi2Kj4Sy-rTOjCq23DGJquZSI_X5MQZD20aa8Xa0Yynr8CTN"
            + "65WptPYkvcnXg5x2ufoPPPFATqylc2U\r\n"
            + "X-Ec: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.vL0gBqJfAeEcT-QFpQioELquK2Ul6e2--XOMaTeMoe8bR13V0-"
            + "AaCrQ4EYFRAtc0827EkYYPkE5kT9FOia_YqQ\r\n\r\n",
        "PURGE //double//slash/?a=%41%zz HTTP/1.1\r\nHost: a.b.c\r\nX-Hex: 1f\r\nX-Word: the quick  brown,fox\r\n"
            + "Authorization: Bearer tok.en\r\nCookie: a=1\r\nCookie: b=2, c=3\r\n\r\n",
        "GET /~tilde/e?e HTTP/1.1\r\nHost: x\r\nX-List:  lead , trail  \r\nX-Num: 99999999999999999999\r\n\r\n",
    ];

    private static readonly string[] s_fetches =
    [
        "method", "path", "pathq", "url", "query", "base", "baseq", "url_ip", "url_port", "req.ver", "base32",
        "url32", "hdr(host)", "hdr(x-list)", "hdr(x-list,1)", "hdr(x-list,2)", "hdr(x-list,-1)", "hdr(x-list,-2)",
        "hdr(x-list,9)", "req.hdr(X-LIST,3)", "req.fhdr(x-list)", "req.fhdr(x-list,1)", "req.fhdr(x-list,-2)",
        "req.fhdr(user-agent)", "hdr_cnt(x-list)", "req.fhdr_cnt(x-list)", "req.hdr_cnt(nope)", "hdr_val(x-num)",
        "hdr_val(content-length)", "hdr_ip(x-forwarded-for)", "hdr_ip(x-forwarded-for,1)", "hdr_ip(x-ip)",
        "hdr_ip(x-list)", "req.hdr_names", "req.hdr_names(:)", "req.hdrs", "cookie(id)", "cook(id)",
        "req.cook(id)", "req.cook(theme)", "cook(b)",
        "req.cook(c)", "req.cook_cnt(id)", "req.cook_val(a)", "cook(nope)", "urlp(x)", "urlp(y)", "urlp(a)",
        "urlp(p,;)", "urlp(q,;)", "urlp_val(x)", "url_param(q)", "req.body", "req.body_len", "req.body_size",
        "req.body_param(user)", "req.body_param(n)", "req.body_param", "src", "src_port", "dst", "fe_name",
        "fe_id", "fc_rcvd_proxy", "fc_http_major", "ssl_fc", "ssl_fc_sni", "http_auth_user", "http_auth_pass",
        "http_auth_type", "http_auth_bearer", "http_first_req", "always_true", "bool(1)", "int(-5)", "str(abc)",
        "meth(POST)", "bin(414243)", "ipv4(1.2.3.4)", "ipv6(::1)", "env(HF_TEST)", "env(NOT_THERE)", "nbproc",
        "var(txn.word)", "var(txn.seven)", "var(sess.ip)", "var(txn.none)", "var(txn.none,dflt)", "capture.req.uri",
        "capture.req.method", "capture.req.ver", "req.proto_http", "so_id",
    ];

    private static readonly string[] s_chains =
    [
        "path,lower", "hdr(host),upper", "path,length", "path,field(2,/)", "path,field(-1,/)", "path,field(3,/,2)",
        "path,field(2,/,0)", "path,field(-2,/,2)", "hdr(x-word),word(2, )", "hdr(x-word),word(-1,\" ,\")",
        "path,word(1,/)", "path,word(2,/,2)", "path,word(-1,/,2)", "path,word(-2,/)", "path,word(5,/)",
        "path,word(1,/,0)", "path,field(5,/)", "hdr(x-word),word(3,\" ,\",2)", "hdr(x-word),field(4,\" ,\")",
        "path,regsub(/,_)", "path,regsub(/,_,g)", "path,regsub([a-z]+,<&>,g)", "path,regsub(\"(a)(/)\",\"\\2\\1\")",
        "hdr(host),regsub(EXAMPLE,X,i)", "path,base64", "hdr(x-b64),b64dec", "hdr(x-num),b64dec", "path,ub64enc",
        "path,ub64enc,ub64dec", "path,hex", "hdr(x-hex),hex2i", "hdr(host),hex2i", "query,url_dec", "query,url_dec(1)",
        "url,url_dec", "hdr(x-quote),url_enc(query)", "url,url_enc(query)", "hdr(x-quote),json(ascii)",
        "hdr(x-quote),json(utf8s)",
        "src,ipmask(24)", "src,ipmask(255.255.0.0)", "ipv6(2001:db8::1),ipmask(24,64)", "hdr_val(x-num),add(5)",
        "hdr_val(x-num),add(txn.seven)", "hdr_val(x-num),mul(3)", "hdr_val(x-num),div(4)", "hdr_val(x-num),mod(4)",
        "hdr_val(x-num),neg", "hdr_val(x-num),cpl", "hdr_val(x-num),and(12)", "hdr_val(x-num),or(3)",
        "hdr_val(x-num),xor(255)", "hdr_val(x-num),odd", "hdr_val(x-num),even", "hdr_val(x-num),not",
        "hdr_val(x-num),bool", "int(9223372036854775807),add(1)", "int(-9223372036854775808),neg",
        "int(9223372036854775807),mul(2)", "int(-9223372036854775807),mul(2)", "hdr(x-num),add(1)",
        "bin(6100620a63),length", "bin(6100620a63),upper,hex", "bin(00620a63),concat(q),hex", "bin(6100620a63),crc32",
        "bin(01020304050607),be2dec(:,2)", "bin(01020304050607),be2dec(-,2,1)", "bin(01020304050607),be2dec(,2,1)",
        "bin(7f000001),be2dec(.,1)", "bin(ffffffffffffffff),be2dec(.,8)", "path,be2dec(-,4)",
        "bin(01020304050607),be2hex", "bin(01020304050607),be2hex(:,2)", "bin(01020304050607),be2hex(--,2,1)",
        "bin(0102030405060708),be2hex(,3,1)", "path,be2hex(.,1)", "int(258),htonl,hex", "int(-1),htonl,hex",
        "int(4294967297),htonl,hex", "path,wt6", "path,wt6(1)", "path,xxh3", "url,xxh3(7)",
        "path,hmac(sha1,Zm9v),hex", "path,hmac(sha256,Zm9v),hex", "path,hmac(md5,txn.key),hex",
        "path,hmac(sha512,txn.key),hex,length", "path,hmac(sha384,Zm9v),hex",
        "bin(a7cb7a68ba60ca4cf4b5),aes_gcm_dec(128,AAECAwQFBgcICQoL,MDEyMzQ1Njc4OWFiY2RlZg==,AAAAAAAAAAAAAAAAAAAAAA==)",
        "req.fhdr(x-json),json_query($.a.b[0])",
        "req.fhdr(x-json),json_query($.a.b[1])",
        "req.fhdr(x-json),json_query($.a.b[2].c)",
        "req.fhdr(x-json),json_query($.a.b[2].c,int)",
        "req.fhdr(x-json),json_query($.t)",
        "req.fhdr(x-json),json_query($.f)",
        "req.fhdr(x-json),json_query($.none)",
        "req.fhdr(x-json),json_query($.a.b[7])",
        "req.fhdr(x-num-json),json_query($.n)",
        "req.fhdr(x-num-json),json_query($.m)",
        "req.fhdr(x-num-json),json_query($.e)",
        "req.fhdr(x-num-json),json_query($.k)",
        "req.fhdr(x-num-json),json_query($.z)",
        "req.fhdr(x-int-json),json_query($.n,int),add(1)",
        "req.fhdr(x-int-json),json_query($.k,int)",
        "req.fhdr(x-jwt),jwt_header_query($.alg)",
        "req.fhdr(x-jwt),jwt_payload_query($.iss)",
        "req.fhdr(x-jwt),jwt_payload_query($.n,int)",

        "path,json_query($.a)", "req.fhdr(x-jwt),jwt_verify(HS256,k)",
        "path,jwt_verify(HS256,k)", "req.fhdr(x-signed),jwt_verify(HS256,k)",
        "req.fhdr(x-signed),jwt_verify(HS384,k)", "req.fhdr(x-signed),jwt_verify(HS256,txn.word)",
        "req.fhdr(x-rsa),jwt_verify(RS256,/m/rsa.pem)", "req.fhdr(x-rsa),jwt_verify(RS384,/m/rsa.pem)",
        "req.fhdr(x-ec),jwt_verify(ES256,/m/ec.pem)", "req.fhdr(x-signed),jwt_verify(ES256,/m/ec.pem)",
        "req.fhdr(x-signed),jwt_verify(txn.word,k)",
        "path,crc32", "path,crc32c", "path,crc32(1)", "path,djb2", "path,sdbm", "path,sdbm(1)", "path,xxh32",
        "path,xxh32(7)", "path,xxh64", "url,xxh64", "hdr(user-agent),xxh32", "path,sha1,hex", "path,sha2,hex",
        "path,sha2(512),hex", "path,digest(md5),hex", "hdr(host),host_only", "hdr(host),port_only",
        "path,concat(<,txn.word,>)", "path,concat(-)", "path,concat(,txn.none,.)", "path,bytes(1)", "path,bytes(1,3)",
        "path,bytes(50)", "path,bytes(0,2)", "hdr(host),map(/m/hosts.map)", "hdr(host),map(/m/hosts.map,none)",
        "hdr(host),lower,map_str(/m/hosts.map,none)", "path,map_beg(/m/paths.map,none)",
        "path,map_end(/m/paths.map,none)", "path,map_sub(/m/subs.map,none)", "path,map_dir(/m/paths.map,none)",
        "hdr(host),map_dom(/m/hosts.map,none)", "path,map_reg(/m/regs.map,none)", "path,map_regm(/m/regs.map,none)",
        "src,map_ip(/m/nets.map,none)", "hdr_ip(x-ip),map_ip(/m/nets.map,none)",
        "hdr_val(x-num),map_int(/m/nums.map,none)", "var(txn.seven),map_int(/m/nums.map)",
        "hdr(host),map_str_int(/m/ints.map,0)", "hdr(host),map_str_int(/m/ints.map),add(1)",
        "path,strcmp(txn.word)", "hdr(host),ltrim(w.)", "hdr(host),rtrim(gro.)", "bool(1),iif(yes,no)",
        "int(0),iif(yes,no)", "int(1700000000),http_date", "int(1700000000),http_date(3600)",
        "int(1700000000000),http_date(0,ms)", "int(1700000000),utime(%Y-%m-%dT%H:%M:%SZ)",
        "int(1700000000),utime(%a %b %e %j %y %I %p)", "path,set-var(txn.p),length", "src,bytes(0,2),hex",
        "src,add(1)",
        "src,length", "path,sha1,base64", "int(3232235777),ipmask(32)", "str(10.1.2.3),ipmask(8)", "bool(0),add(4)",
        "str(12ab),add(1)", "method,lower", "method,length", "hdr(x-num),bool", "path,add_item(;,txn.word)",
        "hdr(nope),add_item(;,txn.word)", "str(q),add_item(;,txn.none,z)", "path,secure_memcmp(txn.word)",
        "req.hdrs_bin,hex", "hdr(accept-language),language(fr;en;de)", "req.fhdr(accept-language),language(es;fr,zz)",
        "req.fhdr(x-list),language(d;a,zz)", "fc_err_str",
    ];

    private static readonly string[] s_formats =
    [
        "%HM|%HP|%HQ|%HU|%HV", "%ci:%cp %fi", "%f %ft %b %s", "%{+Q}HU", "%{+X}ci", "%{+X}cp", "%{+Q}[hdr(host)]",
        "%{+E}[hdr(x-quote)]", "%{+Q,+E}[hdr(x-quote)]", "%{+M}[hdr(nope)]", "%{+Q}[hdr(nope)]", "%{+Q,+M}[hdr(nope)]",
        "%%  two  blanks", "%{+Q}o%HM %HU %[path]", "%[method] %[path]", "%HPO", "%{+Q}r", "%CC %CS", "%hr %hs",
        "%{+E}HU", "%ST %B %ts %tsc", "%rc %sq %bq",
    ];

    public static readonly string[] Texts =
        [.. s_fetches.Concat(s_chains).Select(static e => $"[%[{e}]]"), .. s_formats.Select(static f => $"[{f}]")];
}
