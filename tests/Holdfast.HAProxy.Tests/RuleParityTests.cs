using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Tests;

/// <summary>Conditions, edits and redirects on the requests of <see cref="Cases"/>, beside haproxy 2.6.12.</summary>
public sealed class RuleParityTests
{
    private const int FirstRule = 1000;

    private static readonly string[] s_conditions =
    [
        "{ path /login }", "{ path -i /LOGIN }", "{ path_beg /a/ /x }", "{ path_beg -i /A/ }", "{ path_end .html }",
        "{ path_sub b/c }", "{ path_sub -i B/C }", "{ path_dir b }", "{ path_dir a/b }", "{ path_reg ^/a/.*l$ }",
        "{ path_len gt 5 }", "{ path_len 1 6 }", "{ hdr_dom(host) example }", "{ hdr_dom(host) -i example.org }",
        "{ hdr(host) -i example.org }", "{ hdr_beg(host) www. api. }", "{ hdr_end(host) .org }", "{ hdr(x-list) b }",
        "{ hdr(x-list) e }", "{ hdr(x-list,1) b }", "{ hdr_cnt(x-list) ge 5 }", "{ hdr_val(x-num) 40:50 }",
        "{ hdr_val(x-num) lt 0 }", "{ hdr_val(x-num) eq 42 9 }", "{ hdr(x-none) -m found }",
        "{ hdr(x-empty) -m found }",
        "{ req.hdr(x-list) -m len 1 }", "{ hdr(user-agent) -m reg -i mozilla }", "{ method GET POST }", "METH_GET",
        "METH_POST", "HTTP_1.0", "HTTP_1.1", "HTTP_URL_ABS", "HTTP_URL_SLASH", "HTTP_URL_STAR", "HTTP_CONTENT", "TRUE",
        "FALSE", "LOCALHOST", "!TRUE", "{ src 192.0.2.0/24 }", "{ src 10.0.0.0/8 192.0.2.7 }",
        "{ src ::ffff:192.0.2.7 }",
        "!{ src 192.0.2.7 }", "{ hdr_ip(x-ip) 10.0.0.0/255.0.0.0 }", "{ urlp(x) 3 }", "{ urlp(x) -m found }",
        "{ urlp(y) -m sub two }", "{ url_beg http:// }", "{ cook(id) abc }", "{ cook(id) second }",
        "{ cook_cnt(id) 2 }",
        "{ req.body -m sub alice }", "{ req.body_len gt 10 }", "{ query -m sub y= }", "{ path,lower -m str /login }",
        "{ str(abc),length 3 }", "METH_GET { path_beg /a }", "METH_POST or { path_beg /a }", "METH_GET !HTTP_1.0",
        "METH_POST || METH_GET HTTP_1.0 || { path // }", "{ bool(1) }", "{ hdr_val(x-num) -m bool }",
        "{ req.fhdr(x-list) -m sub \"b ,\" }", "{ http_auth(users) }", "{ http_auth_group(users) admins }",
        "{ base_beg www.example.org/a }", "{ req.ver 1.0 }", "{ hdr(host),map(/m/hosts.map) web }",
        "{ hdr(host),map(/m/hosts.map) -m found }", "{ hdr(host) -f /m/list.acl }", "{ hdr(host) -i -f /m/list.acl }",
        "{ req.hdr(x-b64),b64dec -m bin 48656c6c6f20776f726c64 }", "{ rand ge 0 }", "{ dst_port gt 5 }", "{ fe_id 1 }",
        "{ path_dom html }", "{ hdr_reg(host) ^[A-Z]+ }", "{ hdr(host) -- -x }", "{ path_beg }", "{ urlp_val(n) 1: }",
    ];

    private static readonly string[] s_edits =
    [
        "set-header X-New \"%[path] %[method]\"", "add-header X-Num 5", "del-header x-list", "del-header x- -m beg",
        "del-header t -m end", "del-header -num -m sub", "del-header ^x-.*t$ -m reg", "set-header Host other",
        "replace-header X-List ^(.).*$ \\1!", "replace-header User-Agent (.*)X11(.*) \\2-\\1",
        "replace-value X-List ^(.)$ <\\1>", "replace-value X-Forwarded-For ^10\\..* hidden", "set-path /new",
        "set-path /pre%[path]", "set-pathq /new?a=b", "set-query z=1", "set-query \"%[query]&more\"", "set-uri /u?v",
        "set-method PATCH", "replace-path ^/a/(.*) /z/\\1", "replace-path (.*) /foo\\1",
        "replace-pathq ([^?]*)\\?(.*) /q\\2",
        "replace-uri ^([^/]*://[^/]*)?/(.*) /r/\\2", "set-header X-Var %[var(txn.q)]",
        "set-header x-host %[hdr(host)]",
        "set-var(txn.q) path,length", "set-var-fmt(txn.q) \"<%[method]>\"", "set-src hdr_ip(x-forwarded-for)",
        "set-src-port int(7)", "set-log-level silent",
    ];

    private static readonly string[] s_answers =
    [
        "redirect location /there", "redirect location /there code 301", "redirect prefix https://h.example",
        "redirect prefix / drop-query append-slash", "redirect prefix /p drop-query code 308", "redirect scheme https",
        "redirect scheme https code 307", "redirect location /x set-cookie A=1",
        "redirect location /x clear-cookie A=",
        "redirect location \"%[hdr(x-none)]\" ignore-empty", "redirect location http://%[hdr(host)]%[path] code 303",
        "return status 204", "return status 404 content-type text/x string hello hdr X-A b",
        "return status 200 content-type text/plain lf-string \"%[path]\" hdr X-P \"%[path]\" hdr X-Q 2",
    ];

    /// <summary>Beginnings of rules and requests on which we differ: docs/differences/haproxy-language.md.</summary>
    private static readonly (string Rule, string Request)[] s_explained =
    [
        ("set-header X-New", "OPTIONS"), ("set-header Host", "GET http:"), ("set-path", "OPTIONS"),
        ("set-query", "OPTIONS"), ("set-method", "OPTIONS"),
    ];

    private static readonly (string Path, string Text)[] s_files =
        [.. Cases.Files, ("/m/list.acl", "# names\nwww.example.org\nexample.org\n")];

    [Fact]
    public void Conditions_HoldWhereTheOriginalsDo()
        => Compare(s_conditions, static (rule, n) =>
            $"    http-request return status 200 content-type text/plain string yes if {{ dst_port {n} }} "
            + rule.Replace(" or ", $" or {{ dst_port {n} }} ", StringComparison.Ordinal)
                .Replace(" || ", $" || {{ dst_port {n} }} ", StringComparison.Ordinal));

    [Fact]
    public void Edits_LeaveTheOriginalsRequests()
        => Compare(s_edits, static (rule, n) => $"    http-request {rule} if {{ dst_port {n} }}");

    [Fact]
    public void Answers_AreTheOriginalsBytes()
        => Compare(s_answers, static (rule, n) => $"    http-request {rule} if {{ dst_port {n} }}");

    private static void Compare(string[] rules, Func<string, int, string> line)
    {
        var text = new StringBuilder(Harness.Defaults);
        text.AppendLine("userlist users\n    group admins users alice\n    user alice insecure-password secret");
        text.AppendLine("frontend f\n    bind unix@@SOCKET@ accept-proxy\n    option http-buffer-request");
        text.AppendLine("    option httpclose\n    http-request set-var(txn.q) str(q)");
        for (int i = 0; i < rules.Length; i++)
        {
            text.AppendLine(line(rules[i], FirstRule + i));
        }
        text.AppendLine("    http-request return status 200 content-type text/plain lf-string "
            + "'%[method] %[url] %[src]:%[src_port] %[var(txn.q)] %[req.hdrs]'");
        HAProxyModel model = Harness.Model(text.ToString(), s_files);
        CompileEnvironment environment = Harness.Environment(model);
        var list = new CompiledRules(model.Proxies[0].RulesOf(RuleSet.HttpRequest), RuleSet.HttpRequest, environment);
        using var original = new Original(text.ToString(), s_files);
        var differences = new StringBuilder();
        for (int i = 0; i < rules.Length; i++)
        {
            foreach (string request in Cases.Requests)
            {
                string theirs = original.Ask(FirstRule + i, request).Replace(
                    "connection: close\r\n", "", StringComparison.Ordinal);
                RequestContext context = Harness.Context(request);
                context.ClientConnection = context.ClientConnection with { DestinationPort = FirstRule + i };
                context.Client = context.ClientConnection;
                string ours = Answer(list, context);
                bool isExplained = s_explained.Any(e => rules[i].StartsWith(e.Rule, StringComparison.Ordinal)
                    && request.StartsWith(e.Request, StringComparison.Ordinal));
                if (isExplained == (theirs == ours))
                {
                    differences.AppendLine(CultureInfo.InvariantCulture,
                        $"{rules[i]} of {request.Split('\r')[0]}:\n{theirs}\nand not\n{ours}\n");
                }
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
    }

    private static string Answer(CompiledRules list, RequestContext context)
    {
        Verdict verdict = list.Run(context);
        byte[] room = new byte[20000];
        int length = 0;
        bool isGood = verdict.Kind switch
        {
            VerdictKind.Reply => verdict.Reply!.TryWrite(context, room, out length, out _),
            VerdictKind.Redirect => verdict.Redirect!.TryWrite(context, room, out length),
            _ => false,
        };
        return isGood ? Encoding.Latin1.GetString(room, 0, length) : $"{verdict.Kind}";
    }
}
