using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads <c>bind</c> and <c>stats socket</c> lines.</summary>
internal sealed class BindLineParser(BindContext context, ValueReader values, EndpointParser endpoints)
{
    /// <summary>Reads a line.</summary>
    /// <param name="statement">The line.</param>
    /// <param name="index">Index of the address.</param>
    /// <param name="isStatsSocket">Whether a path may have no prefix and a port may be missing.</param>
    public BindModel? Parse(Statement statement, int index, bool isStatsSocket = false)
    {
        if (values.Argument(statement, index, "an address and a port") is not { } word)
        {
            return null;
        }
        ImmutableArray<EndpointModel>.Builder addresses = ImmutableArray.CreateBuilder<EndpointModel>();
        EndpointRules rules = EndpointRules.MustHavePort | EndpointRules.MayBeRange | EndpointRules.MayBeLocal;
        for (int start = 0; start <= word.Text.Length;)
        {
            int comma = word.Text.IndexOf(',', start);
            int end = comma < 0 ? word.Text.Length : comma;
            if (endpoints.Parse(word, start, end, rules, isStatsSocket ? "stats socket" : "bind") is not { } endpoint)
            {
                return null;
            }
            if (endpoint.IsQuic)
            {
                context.Findings.Report(FindingCodes.NotYet, endpoint.Span, "QUIC is not supported yet",
                    "remove it, or load with --accept-loss to run without it");
            }
            addresses.Add(endpoint);
            start = end + 1;
        }
        var model = new BindModel(addresses.ToImmutable(), statement.Span);
        for (index++; index < statement.Words.Length; index++)
        {
            Word name = statement.Words[index];
            if (KeywordTable.Find(KeywordGroup.Bind, name.Text) is not { } spec)
            {
                context.Error(FindingCodes.UnknownKeyword, name, $"'bind {word}': unknown keyword '{name}'", null,
                    KeywordTable.Nearest(KeywordGroup.Bind, name.Text));
                return model;
            }
            context.Support(spec, name.Span, $"bind option {name}");
            Word? value = null;
            if (LineOptions.ArgumentsOf(KeywordGroup.Bind, name.Text) > 0)
            {
                if (++index >= statement.Words.Length)
                {
                    context.Error(FindingCodes.MissingArgument, name, $"'bind {word}': '{name}' lacks its value");
                    return model;
                }
                value = statement.Words[index];
            }
            model = Apply(model, name, value);
        }
        return model;
    }

    private BindModel Apply(BindModel model, Word name, Word? value)
    {
        if (LineOptions.Apply(model.Tls, name.Text, value, values) is { } tls)
        {
            return model with { Tls = tls };
        }
        switch (name.Text)
        {
            case "name":
                return model with { Name = value!.Text };
            case "id":
                return model with { Id = values.Integer(value!, "id", 1) ?? model.Id };
            case "ssl":
                return model with { IsTls = true };
            case "crt":
                return model with { Certificates = model.Certificates.Add(value!.Text) };
            case "default-crt":
                return model with { Certificates = model.Certificates.Insert(0, value!.Text) };
            case "crt-list":
                return model with { CertificateLists = model.CertificateLists.Add(value!.Text) };
            case "proto":
                LineOptions.CheckProtocol(context, name, value!);
                return model;
            case "verify":
                string? verify = values.Choice(value!, "verify", "none", "optional", "required");
                return model with
                {
                    Verify = verify switch
                    {
                        "optional" => TlsVerify.Optional,
                        "none" => TlsVerify.None,
                        _ => TlsVerify.Required,
                    },
                };
            case "strict-sni":
                return model with { StrictSni = true };
            case "no-strict-sni":
                return model with { StrictSni = false };
            case "no-alpn":
                return model with { Tls = model.Tls with { Alpn = [] } };
            case "tls-ticket-keys":
                return model with { TicketKeyFile = value!.Text };
            case "accept-proxy":
                return model with { AcceptsProxy = true };
            case "backlog":
                return model with { Backlog = values.Integer(value!, "backlog", 0) };
            case "maxconn":
                return model with { MaxConnections = values.Integer(value!, "maxconn", 0) };
            case "interface":
                return model with { Interface = value!.Text };
            case "mss":
                return model with { MaximumSegmentSize = values.Integer(value!, "mss", -65_535, 65_535) };
            case "tcp-ut":
                return model with { UserTimeout = values.Time(value!, "tcp-ut") };
            case "transparent":
                return model with { IsTransparent = true };
            case "v6only":
                return model with { V6Only = true };
            case "v4v6":
                return model with { V6Only = false };
            case "defer-accept":
                return model with { DefersAccept = true };
            default:
                return ApplyUnix(model, name, value);
        }
    }

    private BindModel ApplyUnix(BindModel model, Word name, Word? value)
    {
        switch (name.Text)
        {
            case "level":
                return model with
                {
                    Level = values.Choice(value!, "level", "user", "operator", "admin") ?? model.Level,
                };
            case "severity-output":
                return model with
                {
                    Severity = values.Choice(value!, "severity-output", "none", "number", "string") ?? model.Severity,
                };
            case "expose-fd":
                values.Choice(value!, "expose-fd", "listeners");
                return model with { ExposesListeners = true };
            case "mode":
                return Mode(model, value!);
            case "user" or "uid":
                return model with { User = value!.Text };
            case "group" or "gid":
                return model with { Group = value!.Text };
            default:
                return model with { Others = model.Others.Add(LineOptions.Keep(name, value)) };
        }
    }

    private BindModel Mode(BindModel model, Word value)
    {
        int mode = 0;
        foreach (char c in value.Text)
        {
            if (c is < '0' or > '7' || mode > 0xFFF)
            {
                context.Error(FindingCodes.BadNumber, value,
                    $"missing or invalid mode '{value}' (octal integer expected)");
                return model;
            }
            mode = (mode * 8) + (c - '0');
        }
        return model with { Mode = mode };
    }
}
