using Holdfast.Health.Scripts;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary>The memory of a check with what its expressions see: the answer, the server, variables.</summary>
internal sealed class ProxyCheckSession : CheckSession, IMessageSource
{
    private readonly CheckResponse? _response;

    internal ProxyCheckSession(CheckProgram program, Server server)
        : base(program.SizeMax)
    {
        Server = server;
        Program = program;
        _response = program.Script.Kind == ScriptKind.Http ? new CheckResponse(this) : null;
        if (!program.NeedsContext)
        {
            return;
        }
        Context = new RequestContext(this, (ulong)server.Index + 1)
        {
            Frontend = server.Backend.Identity, IsResponse = true,
        };
    }

    /// <summary>The server that is checked.</summary>
    internal Server Server { get; }

    /// <summary>What is run.</summary>
    internal CheckProgram Program { get; }

    /// <summary>What expressions see; null: there are none.</summary>
    internal RequestContext? Context { get; }

    public override ICheckResponse? Response => _response;

    ReadOnlySpan<byte> IMessageSource.Request => [];

    ReadOnlySpan<byte> IMessageSource.RequestBody => [];

    ReadOnlySpan<byte> IMessageSource.Response => Received;

    ReadOnlySpan<byte> IMessageSource.ResponseBody => _response is null ? [] : _response.Body;

    public override void Begin()
    {
        base.Begin();
        if (Context is { } context)
        {
            context.BeginRequest();
            context.Variables.Forget(VariableScope.Check);
            context.Variables.Forget(VariableScope.Session);
            context.IsResponse = true;
            context.Backend = Server.Backend.Identity;
            context.ChosenServer = Server.Identity;
            context.WallClock = WallClockSeconds * 1_000_000;
        }
    }

    public override void Forget()
    {
        base.Forget();
        _response?.Forget();
    }

    /// <summary>The context as an expression that runs now is to see it.</summary>
    internal RequestContext Prepared()
    {
        Context!.ResponseHead = _response?.Head;
        return Context;
    }

    /// <summary>What will be asked with: the answer to HEAD has no body.</summary>
    internal void SetMethod(RequestMethod method)
    {
        if (_response is not null)
        {
            _response.Method = method;
        }
    }
}
