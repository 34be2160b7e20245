using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>What the original finds out when blocks take over settings of those around them.</summary>
internal sealed class MergeChecks(BindContext context, NginxDirective http)
{
    private static readonly string[] s_protocols = ["proxy", "fastcgi", "uwsgi", "scgi"];

    /// <summary>Checks all servers and what stands in them.</summary>
    public void Run(HttpModel model)
    {
        foreach (HttpServer server in model.Servers)
        {
            Certificates(server);
            Buffers(server.Settings);
            foreach (Location location in server.Locations)
            {
                Inside(location);
            }
        }
    }

    private void Inside(Location location)
    {
        Port(location.Content);
        Buffers(location.Settings);
        foreach (Location inner in location.Locations)
        {
            Inside(inner);
        }
    }

    private void Certificates(HttpServer server)
    {
        IReadOnlyList<NginxDirective> certificates = server.Settings.Nearest("ssl_certificate");
        int keys = server.Settings.Nearest("ssl_certificate_key").Count;
        if (certificates.Count > keys)
        {
            string message = $"no \"ssl_certificate_key\" is defined for certificate \"{certificates[^1][0]}\"";
            context.Findings.ReportLater(FindingCodes.Missing, http.EndOrder, certificates[^1].Span, message, message,
                "each certificate has its ssl_certificate_key");
        }
    }

    /// <summary>An upstream has the ports of its servers.</summary>
    private void Port(LocationContent content)
    {
        if (content.Proxy is { HasPort: true, Host: { } host } target && context.Upstreams.ContainsKey(host))
        {
            string message = $"upstream \"{host}\" may not have port {target.Port}";
            context.Findings.ReportLater(FindingCodes.Conflict, http.EndOrder, target.Url.Span, message,
                message + Findings.Place(target.Url.Span.File, target.Url.Span.Line), "its servers have ports");
        }
    }

    private void Buffers(HttpSettings settings)
    {
        foreach (string protocol in s_protocols)
        {
            if (Problem(settings, protocol) is { } problem)
            {
                NginxDirective at = Last(settings, $"{protocol}_busy_buffers_size")
                    ?? Last(settings, $"{protocol}_buffers") ?? Last(settings, $"{protocol}_buffer_size")
                    ?? Last(settings, $"{protocol}_temp_file_write_size")
                    ?? Last(settings, $"{protocol}_max_temp_file_size") ?? http;
                context.Findings.ReportLater(FindingCodes.Conflict, http.EndOrder, at.Span, problem,
                    problem + Findings.Place(http.File, UpstreamReader.EndLine(http)));
            }
        }
    }

    private static string? Problem(HttpSettings settings, string protocol)
    {
        const long Page = 4096;
        NginxDirective? buffers = Last(settings, $"{protocol}_buffers");
        long count = 8, each = Page;
        if (buffers is not null && (!NginxNumbers.TryNumber(buffers[0], out count)
            || !NginxNumbers.TrySize(buffers[1], out each)))
        {
            return null; // it is reported where it stands
        }
        if (count < 2)
        {
            return $"there must be at least 2 \"{protocol}_buffers\"";
        }
        long size = Math.Max(Size(settings, $"{protocol}_buffer_size", Page), each);
        long busy = Size(settings, $"{protocol}_busy_buffers_size", 2 * size);
        string most = $"the maximum of the value of \"{protocol}_buffer_size\" and one of the \"{protocol}_buffers\"";
        if (busy < size)
        {
            return $"\"{protocol}_busy_buffers_size\" must be equal to or greater than {most}";
        }
        if (busy > (count - 1) * each)
        {
            return $"\"{protocol}_busy_buffers_size\" must be less than the size of all \"{protocol}_buffers\" minus "
                + "one buffer";
        }
        if (Size(settings, $"{protocol}_temp_file_write_size", 2 * size) < size)
        {
            return $"\"{protocol}_temp_file_write_size\" must be equal to or greater than {most}";
        }
        long file = Size(settings, $"{protocol}_max_temp_file_size", long.MaxValue);
        return file != 0 && file < size ? $"\"{protocol}_max_temp_file_size\" must be equal to zero to disable "
            + $"temporary files usage or must be equal to or greater than {most}" : null;
    }

    private static NginxDirective? Last(HttpSettings settings, string name)
        => settings.Nearest(name) is [.. , var last] ? last : null;

    private static long Size(HttpSettings settings, string name, long otherwise)
        => Last(settings, name) is { Count: > 0 } line && NginxNumbers.TryOffset(line[0], out long bytes)
            ? bytes : otherwise;
}
