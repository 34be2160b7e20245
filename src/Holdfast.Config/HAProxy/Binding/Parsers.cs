namespace Holdfast.Config.HAProxy.Binding;

/// <summary>All parsers of parts of lines, made once.</summary>
internal sealed class Parsers
{
    public Parsers(BindContext context)
    {
        Context = context;
        Values = new ValueReader(context);
        Endpoints = new EndpointParser(context);
        Expressions = new ExpressionParser(context);
        Formats = new LogFormatParser(context, Expressions);
        Acls = new AclParser(context, Expressions);
        Conditions = new ConditionParser(context, Acls);
        Actions = new ActionParser(context, Values, Expressions, Formats, Conditions);
        Binds = new BindLineParser(context, Values, Endpoints);
        Servers = new ServerLineParser(context, Values, Endpoints, Expressions);
        Logs = new LogLineParser(context, Values);
    }

    public BindContext Context { get; }

    public ValueReader Values { get; }

    public EndpointParser Endpoints { get; }

    public ExpressionParser Expressions { get; }

    public LogFormatParser Formats { get; }

    public AclParser Acls { get; }

    public ConditionParser Conditions { get; }

    public ActionParser Actions { get; }

    public BindLineParser Binds { get; }

    public ServerLineParser Servers { get; }

    public LogLineParser Logs { get; }
}
