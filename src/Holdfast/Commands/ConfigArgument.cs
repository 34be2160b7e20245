using Holdfast.Config.HAProxy;
using Holdfast.Config.Ipvsadm;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;

namespace Holdfast.Commands;

/// <summary>Whose language a file is written in.</summary>
internal enum ConfigDialect : byte
{
    /// <summary>keepalived.conf</summary>
    Keepalived,

    /// <summary>Rules of ipvsadm.</summary>
    Ipvsadm,

    /// <summary>haproxy.cfg</summary>
    HAProxy,

    /// <summary>nginx.conf</summary>
    Nginx,
}

/// <summary>A FILE of the command line: a path, or <c>dialect:path</c>.</summary>
internal static class ConfigArgument
{
    private const string Keepalived = "keepalived";
    private const string Ipvsadm = "ipvsadm";
    private const string HAProxy = "haproxy";
    private const string Nginx = "nginx";

    /// <summary>Takes the dialect off, or finds it out.</summary>
    /// <param name="argument">As it was given.</param>
    /// <param name="path">The path.</param>
    /// <param name="dialect">What is written in it; what cannot be read counts as a keepalived.conf.</param>
    /// <param name="error">Why it cannot be used; null when it can.</param>
    internal static bool TryRead(string argument, out string path, out ConfigDialect dialect, out string? error)
    {
        path = argument;
        dialect = ConfigDialect.Keepalived;
        error = null;
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string prefix = colon > 0 ? argument[..colon] : "";
        if (prefix is Keepalived or Ipvsadm or HAProxy or Nginx)
        {
            path = argument[(colon + 1)..];
            dialect = prefix switch
            {
                Ipvsadm => ConfigDialect.Ipvsadm,
                HAProxy => ConfigDialect.HAProxy,
                Nginx => ConfigDialect.Nginx,
                _ => ConfigDialect.Keepalived,
            };
            error = path.Length == 0 ? $"{argument}: a path has to follow" : null;
            return error is null;
        }
        if (Path.GetFileName(argument) == "nginx.conf")
        {
            dialect = ConfigDialect.Nginx;
            return true;
        }
        ConfigFile file = new DiskConfigFiles().ReadScript(argument);
        dialect = file.Status != ConfigFileStatus.Read
                ? Path.GetFileName(argument) == "haproxy.cfg" ? ConfigDialect.HAProxy : ConfigDialect.Keepalived
            : IpvsadmFile.IsOne(file.Text) ? ConfigDialect.Ipvsadm
            : HAProxyParser.Recognizes(file.Text) ? ConfigDialect.HAProxy
            : NginxParser.Recognizes(file.Text) ? ConfigDialect.Nginx : ConfigDialect.Keepalived;
        return true;
    }

    /// <summary>A keepalived.conf, for what takes no other file.</summary>
    internal static bool TryRead(string argument, out string path, out string? error)
    {
        if (TryRead(argument, out path, out ConfigDialect dialect, out error) && dialect != ConfigDialect.Keepalived)
        {
            string what = dialect == ConfigDialect.Nginx ? "an nginx.conf" : "a haproxy.cfg";
            error = dialect is ConfigDialect.HAProxy or ConfigDialect.Nginx
                ? $"{argument}: {what} cannot be used here, only a keepalived.conf"
                    + $"; if it is one, write {Keepalived}:{argument}"
                : $"{argument}: rules of ipvsadm cannot be used here, only a keepalived.conf";
        }
        return error is null;
    }

    /// <summary>
    /// The files that a daemon runs: at most one keepalived.conf and one nginx.conf, and any number of others.
    /// </summary>
    /// <param name="arguments">As they were given; at least one.</param>
    /// <param name="path">The keepalived.conf; empty when there is none.</param>
    /// <param name="rules">The files of ipvsadm rules.</param>
    /// <param name="proxies">The files of haproxy, which are read one after the other as one configuration.</param>
    /// <param name="web">The nginx.conf; null when there is none.</param>
    /// <param name="error">Why they cannot be used; null when they can.</param>
    internal static bool TryReadAll(
        IReadOnlyList<string> arguments, out string path, out List<string> rules, out List<string> proxies,
        out string? web, out string? error)
    {
        path = "";
        web = null;
        rules = [];
        proxies = [];
        error = null;
        foreach (string argument in arguments)
        {
            if (!TryRead(argument, out string file, out ConfigDialect dialect, out error))
            {
                return false;
            }
            if (dialect == ConfigDialect.Nginx)
            {
                error = web is null ? null : "several files of nginx in one daemon are not supported; "
                    + "one can include others";
                web ??= file;
                if (error is not null)
                {
                    return false;
                }
            }
            else if (dialect == ConfigDialect.HAProxy)
            {
                proxies.Add(file);
            }
            else if (dialect == ConfigDialect.Ipvsadm)
            {
                rules.Add(file);
            }
            else if (path.Length > 0)
            {
                error = "several files in one daemon are not supported yet, but for one keepalived.conf, rules of "
                    + "ipvsadm, files of haproxy and one nginx.conf; a keepalived.conf can include others";
                return false;
            }
            else
            {
                path = file;
            }
        }
        return true;
    }
}
