using System.Reflection;
using System.Xml.Linq;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Architecture;

/// <summary>What crosses the package's public edge.</summary>
internal sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Assembly Library = typeof(LlamaModel).Assembly;

    [Test]
    public void NativeLayerShowsItsExceptionAlone() =>
        Assert.That(typeof(NativeException).Assembly.GetExportedTypes(), Is.EqualTo(new[] { typeof(NativeException) }));

    [Test]
    public void NoMemberSpeaksOfTheNativeLayer()
    {
        Assembly native = typeof(NativeException).Assembly;
        string[] wrong =
        [
            .. from type in Library.GetExportedTypes()
               from member in VisibleMembers(type)
               where TypesOf(member).Any(used => used.Assembly == native && used != typeof(NativeException))
               select $"{type}.{member.Name}",
        ];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void ClassesAreSealedUnlessTheyAreMeantAsParents() =>
        Assert.That(Library.GetExportedTypes().Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract), Is.Empty);

    [Test]
    public void EveryMemberIsDocumented()
    {
        XElement documentation = XElement.Load(Path.ChangeExtension(Library.Location, ".xml"));
        HashSet<string> documented = [.. documentation.Descendants("member").Select(member => member.Attribute("name")!.Value)];
        string[] bare =
        [
            .. from type in Library.GetExportedTypes()
               from name in (string[])["T:" + NameOf(type), .. VisibleMembers(type).Where(IsWritten).Select(DocumentationName)]
               where !documented.Contains(name) && !documented.Any(known => known.StartsWith(name, StringComparison.Ordinal) && known[name.Length] is '(' or '`')
               select name,
        ];
        Assert.That(bare.Distinct().Order(), Is.Empty, string.Join('\n', bare));
    }

    private static IEnumerable<MemberInfo> VisibleMembers(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily,
        FieldInfo field => field.IsPublic || field.IsFamily,
        PropertyInfo property => property.GetAccessors(nonPublic: false).Length > 0,
        EventInfo => true,
        _ => false,
    });

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
        MethodBase constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        _ => [],
    };

    /// <summary>
    /// Whether a member has a place of its own where documentation can stand: not what the compiler makes for records and enums, not
    /// accessors, nor what overrides or implements a documented one. A record's parameters are documented by their param tags, a
    /// type's only constructor by the type, and an exception's by what all exceptions have.
    /// </summary>
    private static bool IsWritten(MemberInfo member)
    {
        if (member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)) || member.Name is "value__" or "<Clone>$")
            return false;
        return member switch
        {
            MethodInfo method => !method.IsSpecialName && method.GetBaseDefinition() == method && !IsImplementation(method) && !typeof(Delegate).IsAssignableFrom(method.DeclaringType!),
            ConstructorInfo constructor => constructor.DeclaringType!.GetConstructors().Length > 1 && !typeof(Exception).IsAssignableFrom(constructor.DeclaringType),
            PropertyInfo property => !IsParameter(property) && !property.GetAccessors().Any(IsImplementation),
            FieldInfo => true,
            _ => false,
        };
    }

    private static bool IsImplementation(MethodInfo method) =>
        method.DeclaringType is { IsInterface: false } type
        && type.GetInterfaces().Any(contract => type.GetInterfaceMap(contract).TargetMethods.Contains(method));

    private static bool IsParameter(PropertyInfo property) => property.DeclaringType!.GetConstructors()
        .Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name == property.Name && parameter.ParameterType == property.PropertyType));

    private static string DocumentationName(MemberInfo member)
    {
        string kind = member switch { MethodBase => "M", PropertyInfo => "P", FieldInfo => "F", _ => "E" };
        string name = member is ConstructorInfo ? "#ctor" : member.Name;
        return $"{kind}:{NameOf(member.DeclaringType!)}.{name}";
    }

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');
}
