namespace Holdfast.Config.HAProxy.Binding;

/// <summary>The modern form of syntax that haproxy has removed, or will.</summary>
internal static class RemovedSyntax
{
    /// <summary>Whether nothing is lost when the word is passed over.</summary>
    public static bool IsHarmless(string keyword) => keyword is "bind-process" or "nbproc" or "program" or "command"
        or "http-tunnel" or "http-use-htx";

    /// <summary>What to write in its place.</summary>
    public static string Advice(string keyword) => keyword switch
    {
        "clitimeout" => "write: timeout client TIME",
        "contimeout" => "write: timeout connect TIME",
        "srvtimeout" => "write: timeout server TIME",
        "redispatch" => "write: option redispatch",
        "transparent" => "write: option transparent",
        "bind-process" or "nbproc" => "remove it: there is one process, with as many threads as are useful",
        "program" or "command" => "remove it: let the service manager run that program",
        "appsession" => "write: stick-table type string len 64 size 100k expire 30m, then stick on req.cook(NAME) and "
            + "stick store-response res.cook(NAME)",
        "dispatch" => "write: server NAME ADDRESS:PORT",
        "monitor-net" => "write: http-request return status 200 if { src NETWORK }",
        "block" => "write: http-request deny if CONDITION",
        "reqadd" => "write: http-request add-header NAME VALUE",
        "rspadd" => "write: http-response add-header NAME VALUE",
        "reqdel" or "reqidel" => "write: http-request del-header NAME",
        "rspdel" or "rspidel" => "write: http-response del-header NAME",
        "reqrep" or "reqirep" => "write: http-request replace-header NAME REGEX FORMAT, or replace-path REGEX FORMAT",
        "rsprep" or "rspirep" => "write: http-response replace-header NAME REGEX FORMAT",
        "reqallow" or "reqiallow" or "reqpass" or "reqipass" => "write: http-request allow if CONDITION",
        "reqdeny" or "reqideny" => "write: http-request deny if CONDITION",
        "reqtarpit" or "reqitarpit" => "write: http-request tarpit if CONDITION",
        "reqsetbe" or "reqisetbe" => "write: use_backend NAME if CONDITION",
        "rspdeny" or "rspideny" => "write: http-response deny if CONDITION",
        "forceclose" => "write: option httpclose",
        "http-tunnel" => "remove it: tunnels are made by Upgrade and CONNECT",
        "http-use-htx" => "remove it: it is always so",
        "http_proxy" => "remove it; to pass requests on to any host, write: http-request set-dst",
        _ => "remove it",
    };
}
